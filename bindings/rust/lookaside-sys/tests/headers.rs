// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The lookaside authors

//! The bindings are written by hand. Here the C compiler is asked whether they are what its headers
//! say: each line of the tables becomes one `_Static_assert`, whose complaint names it.
//!
//! Seen to fail for a moved member, a member of another size, another value, a status more, and a
//! call that the bindings do not have.

use std::env;
use std::fs;
use std::mem::{align_of, size_of, MaybeUninit};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::ptr::addr_of;

use lookaside_sys::*;

struct Claim {
    expression: String,
    value: u64,
}

impl Claim {
    fn new(expression: impl Into<String>, value: impl TryInto<u64>) -> Self {
        let value = value
            .try_into()
            .ok()
            .expect("claims are about numbers from 0 on");
        Self {
            expression: expression.into(),
            value,
        }
    }
}

fn whole<T>(name: &str) -> Vec<Claim> {
    vec![
        Claim::new(format!("sizeof(struct {})", name), size_of::<T>()),
        Claim::new(format!("_Alignof(struct {})", name), align_of::<T>()),
    ]
}

/// Size and alignment of a struct, with the place and size of each of its members. The name of a
/// member in C is that in Rust, without the line below that keywords end with.
macro_rules! layout {
    ($struct:ident { $($member:ident)* }) => {{
        let place = MaybeUninit::<$struct>::uninit();
        let start = place.as_ptr();
        let name = stringify!($struct);
        let mut claims = whole::<$struct>(name);
        $({
            // SAFETY: an address is taken, nothing is read.
            let member = unsafe { addr_of!((*start).$member) };
            let c_name = stringify!($member).trim_end_matches('_');
            claims.push(Claim::new(
                format!("offsetof(struct {}, {})", name, c_name),
                member as usize - start as usize,
            ));
            claims.push(Claim::new(
                format!("sizeof(((struct {} *)0)->{})", name, c_name),
                size_of_pointee(member),
            ));
        })*
        claims
    }};
}

fn size_of_pointee<T>(_: *const T) -> usize {
    size_of::<T>()
}

macro_rules! constants {
    ($($constant:ident)*) => { vec![$(Claim::new(stringify!($constant), $constant)),*] };
}

fn structs() -> Vec<Claim> {
    let mut claims = layout!(lookaside_options {
        options_size tag flags maximum_depth cache alignment name allocate free construct destruct
        context
    });
    claims.extend(layout!(lookaside_statistics {
        name tag type_ size alignment cache last_failure depth maximum_depth total_allocates
        allocate_misses total_frees free_misses flushed allocate_failures current_depth
        live_entries reserved_entries threads mapped_bytes live_bytes magazine_bytes depot_bytes
        slab_free_bytes metadata_bytes highest_entries misses_cold misses_burst misses_trimmed
        misses_handed_over
    }));
    claims.extend(lists());
    claims
}

#[cfg(not(feature = "kernel"))]
fn lists() -> Vec<Claim> {
    layout!(lookaside_list { magazine state seal reserved })
}

#[cfg(feature = "kernel")]
fn lists() -> Vec<Claim> {
    whole::<lookaside_list>("lookaside_list")
}

#[cfg(all(target_os = "linux", target_arch = "x86_64"))]
#[cfg(not(any(feature = "kernel", feature = "no_inline")))]
fn hit_path() -> Vec<Claim> {
    let mut claims = layout!(lookaside_magazine { word entries capacity account });
    claims.extend(constants!(LOOKASIDE_DEPTH_BITS LOOKASIDE_DEPTH_MASK LOOKASIDE_ONE_ALLOCATION));
    claims
}

#[cfg(not(all(
    target_os = "linux",
    target_arch = "x86_64",
    not(any(feature = "kernel", feature = "no_inline"))
)))]
fn hit_path() -> Vec<Claim> {
    Vec::new()
}

fn numbers() -> Vec<Claim> {
    constants!(
        LOOKASIDE_NONPAGED LOOKASIDE_PAGED LOOKASIDE_NONPAGED_NX
        LOOKASIDE_RAISE_ON_FAIL LOOKASIDE_FAIL_NO_RAISE LOOKASIDE_COUNT_OUTSTANDING
        LOOKASIDE_POOL_QUOTA_FAIL_INSTEAD_OF_RAISE LOOKASIDE_POOL_RAISE_IF_ALLOCATION_FAILURE
        LOOKASIDE_CACHE_THREAD LOOKASIDE_CACHE_NONE
        LOOKASIDE_MINIMUM_SIZE LOOKASIDE_MAXIMUM_SIZE LOOKASIDE_DEFAULT_ALIGNMENT
        LOOKASIDE_MINIMUM_DEPTH LOOKASIDE_DEFAULT_MAXIMUM_DEPTH LOOKASIDE_LARGEST_MAXIMUM_DEPTH
        LOOKASIDE_NAME_SIZE LOOKASIDE_DEFAULT_TAG
    )
}

/// With how many there are: another in C would be missed here.
fn failures() -> Vec<Claim> {
    let statuses = constants!(
        LOOKASIDE_OK LOOKASIDE_NOT_INITIALIZED LOOKASIDE_ALREADY_INITIALIZED LOOKASIDE_IN_USE
        LOOKASIDE_NULL_ARGUMENT LOOKASIDE_BAD_OPTIONS LOOKASIDE_SIZE_ZERO LOOKASIDE_SIZE_TOO_LARGE
        LOOKASIDE_BAD_POOL_TYPE LOOKASIDE_FLAGS_EXCLUSIVE LOOKASIDE_FLAGS_UNKNOWN
        LOOKASIDE_BAD_MAXIMUM_DEPTH LOOKASIDE_BAD_ALIGNMENT LOOKASIDE_BAD_CACHE_POLICY
        LOOKASIDE_NO_MEMORY LOOKASIDE_LOCKED_MEMORY_LIMIT LOOKASIDE_ALLOCATE_FAILED
        LOOKASIDE_CONSTRUCT_FAILED LOOKASIDE_NOT_SUPPORTED LOOKASIDE_WRONG_IRQL
        LOOKASIDE_MISALIGNED_LIST
    );
    let bugchecks = constants!(
        LOOKASIDE_BUGCHECK_FREE_NOT_AN_ENTRY LOOKASIDE_BUGCHECK_DOUBLE_FREE
        LOOKASIDE_BUGCHECK_NOT_INITIALIZED LOOKASIDE_BUGCHECK_WRONG_LIST
        LOOKASIDE_BUGCHECK_INTERIOR_POINTER LOOKASIDE_BUGCHECK_NEVER_ALLOCATED
        LOOKASIDE_BUGCHECK_USED_AFTER_DESTROY LOOKASIDE_BUGCHECK_CORRUPTED_LIST
        LOOKASIDE_BUGCHECK_ALLOCATION_RAISED LOOKASIDE_BUGCHECK_DESTROYED_IN_USE
    );
    let counts = [
        Claim::new("0 LOOKASIDE_STATUS_TABLE(ONE_MORE)", statuses.len()),
        Claim::new("0 LOOKASIDE_BUGCHECK_TABLE(ONE_MORE)", bugchecks.len()),
        Claim::new("sizeof(lookaside_status)", size_of::<lookaside_status>()),
        Claim::new(
            "sizeof(lookaside_bugcheck_code)",
            size_of::<lookaside_bugcheck_code>(),
        ),
    ];
    statuses
        .into_iter()
        .chain(bugchecks)
        .chain(counts)
        .collect()
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../..")
}

/// The complaints of the C compiler about the claims; none if they are true.
fn complaints(name: &str, claims: &[Claim]) -> String {
    let mut program = String::from(
        "#include <stddef.h>\n#include <lookaside/lookaside.h>\n#define ONE_MORE(...) +1\n",
    );
    for Claim { expression, value } in claims {
        program += &format!("_Static_assert(({expression}) == {value}, \"\");\n");
    }
    let source = Path::new(env!("CARGO_TARGET_TMPDIR"))
        .join(name)
        .with_extension("c");
    fs::write(&source, program).unwrap();
    let mut compiler = Command::new(env::var("CC").unwrap_or_else(|_| "cc".to_string()));
    compiler
        .args(["-std=c11", "-fsyntax-only", "-I"])
        .arg(root().join("include"));
    if cfg!(feature = "kernel") {
        compiler.args(["-DLOOKASIDE_KERNEL", "-fshort-wchar", "-mcx16", "-isystem"]);
        compiler.arg(root().join("wdk/include"));
    }
    let output = compiler.arg(&source).output().unwrap();
    String::from_utf8_lossy(&output.stderr).into_owned()
}

#[test]
fn layouts_and_values_are_those_of_the_headers() {
    let mut claims = structs();
    claims.extend(hit_path());
    claims.extend(numbers());
    claims.extend(failures());
    let complaints = complaints("claims", &claims);

    assert!(
        complaints.is_empty(),
        "the C compiler says:\n{}",
        complaints
    );
}

#[test]
fn a_wrong_claim_is_noticed() {
    let wrong = [Claim::new(
        "offsetof(struct lookaside_options, tag)",
        1000u64,
    )];

    assert!(complaints("wrong", &wrong).contains("offsetof(struct lookaside_options, tag)"));
}

#[test]
fn every_call_of_the_library_is_bound() {
    let exports = fs::read_to_string(root().join("tests/structure/exports.txt")).unwrap();
    let sources = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let bindings = [
        "functions.rs",
        "hit_path/inline.rs",
        "hit_path/table_linux.rs",
    ]
    .map(|file| fs::read_to_string(sources.join(file)).unwrap())
    .concat();

    for name in exports.split_whitespace() {
        let declared = [format!("fn {name}("), format!("{name}@GOTTPOFF")];
        assert!(
            declared.iter().any(|text| bindings.contains(text)),
            "{name} is not bound"
        );
    }
}

#[test]
fn the_version_is_that_of_the_headers() {
    let header = fs::read_to_string(root().join("include/lookaside/lookaside.h")).unwrap();
    let number = |part: &str| {
        let define = format!("#define LOOKASIDE_VERSION_{part} ");
        header
            .lines()
            .find_map(|line| line.strip_prefix(&define))
            .unwrap()
    };

    let version = ["MAJOR", "MINOR", "PATCH"].map(number).join(".");
    assert_eq!(LOOKASIDE_VERSION, version);
}
