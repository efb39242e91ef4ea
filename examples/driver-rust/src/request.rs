// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The lookaside authors

//! A request as a value: who has it may look at it and must complete it, and having completed it,
//! has it no more. So it cannot be completed twice; one that is dropped fails for want of memory,
//! so it cannot be forgotten.

use core::mem::ManuallyDrop;
use core::ptr::NonNull;
use core::slice;

use crate::nt;

/// A request, not yet completed. The kernel may write to it at any time, as when it is cancelled:
/// so it is never referred to as a whole.
///
/// It has input and room for an answer if it is a device control with buffered I/O. Whoever has the
/// device open may send any other, whose buffers lie elsewhere or nowhere: that has none.
pub struct Request(NonNull<nt::IRP>);

// SAFETY: a request is completed by any thread.
unsafe impl Send for Request {}

impl Request {
    /// # Safety
    /// The kernel has just given this request to a dispatch routine.
    pub unsafe fn new(irp: *mut nt::IRP) -> Self {
        // SAFETY: the kernel gives no NULL.
        Self(unsafe { NonNull::new_unchecked(irp) })
    }

    fn stack(&self) -> &nt::IO_STACK_LOCATION {
        // SAFETY: a request has one until it is completed, and nobody else looks at it.
        unsafe { &*(*self.0.as_ptr()).CurrentStackLocation }
    }

    /// Of a device control.
    pub fn code(&self) -> u32 {
        self.stack().IoControlCode.0
    }

    fn is_buffered(&self) -> bool {
        usize::from(self.stack().MajorFunction) == nt::IRP_MJ_DEVICE_CONTROL
            && self.code() & nt::METHOD_MASK == nt::METHOD_BUFFERED
    }

    /// How many bytes the answer may have.
    pub fn room(&self) -> usize {
        match self.is_buffered() {
            true => self.stack().OutputBufferLength.0 as usize,
            false => 0,
        }
    }

    pub fn input(&self) -> &[u8] {
        let length = self.stack().InputBufferLength.0 as usize;
        if length == 0 || !self.is_buffered() {
            return &[];
        }
        // SAFETY: with buffered I/O, the input lies there until the request is completed.
        unsafe { slice::from_raw_parts((*self.0.as_ptr()).SystemBuffer, length) }
    }

    /// The dispatch routine will return STATUS_PENDING, whoever completes the request.
    pub fn mark_pending(&mut self) {
        // SAFETY: a request has a stack location until it is completed.
        unsafe { (*(*self.0.as_ptr()).CurrentStackLocation).Control |= nt::SL_PENDING_RETURNED }
    }

    /// Completes the request with these bytes, at least one; without success if there is no room
    /// for them. IRQL <= DISPATCH_LEVEL.
    pub fn answer(self, bytes: &[u8]) -> nt::NTSTATUS {
        if bytes.is_empty() || bytes.len() > self.room() {
            return self.complete(nt::STATUS_INVALID_PARAMETER);
        }
        // SAFETY: with buffered I/O, the answer is collected there, and there is room for it.
        unsafe {
            let buffer = (*self.0.as_ptr()).SystemBuffer;
            slice::from_raw_parts_mut(buffer, bytes.len()).copy_from_slice(bytes);
        }
        self.complete_with(nt::STATUS_SUCCESS, bytes.len())
    }

    /// Completes the request without an answer; returns the status. IRQL <= DISPATCH_LEVEL.
    pub fn complete(self, status: nt::NTSTATUS) -> nt::NTSTATUS {
        self.complete_with(status, 0)
    }

    fn complete_with(self, status: nt::NTSTATUS, bytes: usize) -> nt::NTSTATUS {
        let irp = ManuallyDrop::new(self).0.as_ptr();
        // SAFETY: the request is ours, and then nobody's.
        unsafe {
            (*irp).IoStatus.Status = status;
            (*irp).IoStatus.Information = bytes;
            nt::IofCompleteRequest(irp, 0);
        }
        status
    }
}

impl Drop for Request {
    fn drop(&mut self) {
        Self(self.0).complete(nt::STATUS_INSUFFICIENT_RESOURCES);
    }
}
