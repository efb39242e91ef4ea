// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The lookaside authors

//! Contexts wait in a queue for one system thread, which takes them in turn, sums a slice of each,
//! and puts it back at the end until its request is complete. So contexts are out for a while, many
//! at once, made by the threads of the clients and dropped by another.
//!
//! A context in the queue is owned by the one before it, the first by the queue; a queue that is
//! dropped would give all their entries back to the list.

use core::ffi::c_void;
use core::mem::size_of;
use core::ptr::null_mut;

use lookaside::LookasideBox;

use crate::nt;
use crate::request::Request;
use crate::sync::{wait_for, Event, SpinLock};

/// Bytes that are summed at a time.
const SLICE: usize = 512;

/// A request in work.
pub struct Context {
    next: Option<ContextBox>,
    request: Request,
    done: usize, // bytes
    sum: u32,    // of these: the Adler-32 checksum
}

type ContextBox = LookasideBox<'static, Context>;

impl Context {
    pub fn new(request: Request) -> Self {
        Self {
            next: None,
            request,
            done: 0,
            sum: 1,
        }
    }

    pub fn request(&mut self) -> &mut Request {
        &mut self.request
    }

    /// Sums the next slice; true when it was the last.
    fn advance(&mut self) -> bool {
        let input = self.request.input();
        let end = input.len().min(self.done + SLICE);
        self.sum = adler_add(self.sum, &input[self.done..end]);
        self.done = end;
        end == input.len()
    }
}

fn adler_add(sum: u32, bytes: &[u8]) -> u32 {
    let (mut low, mut high) = (sum & 0xFFFF, sum >> 16);
    for byte in bytes {
        low = (low + u32::from(*byte)) % 65521;
        high = (high + low) % 65521;
    }
    high << 16 | low
}

/// What the worker and the clients' threads share.
struct Work {
    first: Option<ContextBox>,
    last: *mut Context, // NULL: the queue is empty
    waiting_or_in_work: u32,
    counts: Counts,
    stopping: bool,
}

/// Since the worker was started.
#[derive(Clone, Copy, Default)]
pub struct Counts {
    pub served: u32,
    /// The most contexts that were out at the same time.
    pub most_at_once: u32,
}

// SAFETY: the pointer is to a context that the queue owns.
unsafe impl Send for Work {}

impl Work {
    const fn none() -> Self {
        Self {
            first: None,
            last: null_mut(),
            waiting_or_in_work: 0,
            counts: Counts {
                served: 0,
                most_at_once: 0,
            },
            stopping: false,
        }
    }

    fn push(&mut self, mut context: ContextBox) {
        let new: *mut Context = &mut *context;
        if self.last.is_null() {
            self.first = Some(context);
        } else {
            // SAFETY: the queue owns its last context.
            unsafe { (*self.last).next = Some(context) };
        }
        self.last = new;
    }

    fn pop(&mut self) -> Option<ContextBox> {
        let mut context = self.first.take()?;
        self.first = context.next.take();
        if self.first.is_none() {
            self.last = null_mut();
        }
        Some(context)
    }
}

static WORK: SpinLock<Work> = SpinLock::new(Work::none());
/// The queue has something, or it is time to stop.
// SAFETY: `start` initialises it; there are no requests and no worker before that.
static WAKE: Event = unsafe { Event::new() };

/// Takes a context whose request is marked pending.
pub fn submit(context: ContextBox) {
    let mut work = WORK.lock();
    work.waiting_or_in_work += 1;
    work.counts.most_at_once = work.counts.most_at_once.max(work.waiting_or_in_work);
    work.push(context);
    drop(work);
    WAKE.set();
}

pub fn counts() -> Counts {
    WORK.lock().counts
}

/// The entry goes back to the list before the client hears of the end: whoever then asks sees it.
fn finish(context: ContextBox) {
    let length = context.done;
    let Context { request, sum, .. } = if cfg!(feature = "faulty") {
        fail_on_purpose(context, length)
    } else {
        LookasideBox::into_inner(context)
    };
    let mut work = WORK.lock();
    work.waiting_or_in_work -= 1;
    work.counts.served += 1;
    drop(work);
    request.answer(&sum.to_ne_bytes());
}

/// For the tests: a request of one byte loses its context, one of two bytes panics.
fn fail_on_purpose(context: ContextBox, length: usize) -> Context {
    assert!(length != 2, "a request of {length} bytes");
    if length == 1 {
        // SAFETY: the entry is never given back, so nobody drops what was in it a second time.
        return unsafe { LookasideBox::into_raw(context).read() };
    }
    LookasideBox::into_inner(context)
}

/// Alone in a function, so that the lock is given back before the context is worked on.
fn next() -> Option<ContextBox> {
    WORK.lock().pop()
}

unsafe extern "C" fn run(_: *mut c_void) {
    while !WORK.lock().stopping {
        WAKE.wait();
        while let Some(mut context) = next() {
            if context.advance() {
                finish(context);
            } else {
                WORK.lock().push(context);
            }
        }
    }
    // SAFETY: this is a system thread.
    unsafe { nt::PsTerminateSystemThread(nt::STATUS_SUCCESS) };
}

/// The system thread. It must be stopped, which its owner cannot do by dropping it.
#[must_use]
pub struct Worker(*mut c_void);

// SAFETY: the object of a thread is any thread's.
unsafe impl Send for Worker {}

/// # Safety
/// There is no other worker. IRQL = PASSIVE_LEVEL.
pub unsafe fn start() -> Result<Worker, nt::NTSTATUS> {
    *WORK.lock() = Work::none();
    let mut handle = null_mut();
    let mut thread = null_mut();
    let mut attributes = nt::OBJECT_ATTRIBUTES {
        Length: size_of::<nt::OBJECT_ATTRIBUTES>() as u32,
        RootDirectory: null_mut(),
        ObjectName: null_mut(),
        Attributes: nt::OBJ_KERNEL_HANDLE,
        SecurityDescriptor: null_mut(),
        SecurityQualityOfService: null_mut(),
    };
    // SAFETY: nobody waits for the event yet; the rest is as the kernel asks.
    unsafe {
        WAKE.init();
        let access = nt::THREAD_ALL_ACCESS;
        let (process, id) = (null_mut(), null_mut());
        let status = nt::PsCreateSystemThread(
            &mut handle,
            access,
            &mut attributes,
            process,
            id,
            run,
            null_mut(),
        );
        if status < 0 {
            return Err(status);
        }
        // Cannot fail for a handle of our own.
        nt::ObReferenceObjectByHandle(
            handle,
            nt::SYNCHRONIZE,
            null_mut(),
            nt::KERNEL_MODE,
            &mut thread,
            null_mut(),
        );
        nt::ZwClose(handle);
    }
    Ok(Worker(thread))
}

impl Worker {
    /// Waits until the queue is empty and the thread has ended. IRQL = PASSIVE_LEVEL.
    pub fn stop(self) {
        WORK.lock().stopping = true;
        WAKE.set();
        // SAFETY: the thread is referenced, and afterwards not any more.
        unsafe {
            wait_for(self.0);
            nt::ObfDereferenceObject(self.0);
        }
    }
}
