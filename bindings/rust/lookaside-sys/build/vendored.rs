// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The lookaside authors

//! The library is compiled here, and its objects are joined into one, as cmake/LookasideJoin.cmake
//! does it: only `lookaside_*` names are seen outside.
//!
//!     CC_<target>, CC    the C compiler; default: cc, x86_64-w64-mingw32-gcc for Windows
//!     CFLAGS             added to its command line
//!
//! The compiler knows its ar and objcopy. The library is compiled as it is released: its speed is
//! not that of the crate's profile.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use crate::sources;
use crate::target::Target;
use crate::variable;

struct Compiler {
    program: Vec<String>, // its name, and what belongs to every call: `CC="ccache gcc"`
    flags: Vec<String>,
}

fn output_of(command: &mut Command) -> Result<Output, String> {
    let output = command
        .output()
        .map_err(|error| format!("cannot run {:?}: {}", command.get_program(), error))?;
    if !output.status.success() {
        let errors = String::from_utf8_lossy(&output.stderr);
        return Err(format!("{:?} failed:\n{}", command, errors));
    }
    Ok(output)
}

/// Runs a command, which must succeed; returns what it says.
fn run(command: &mut Command) -> Result<String, String> {
    let output = output_of(command)?;
    Ok(String::from_utf8_lossy(&output.stdout).trim().to_string())
}

impl Compiler {
    fn for_target(target: &Target, root: &Path) -> Result<Self, String> {
        let default = match (target.windows, target.cross) {
            (true, true) => "x86_64-w64-mingw32-gcc",
            (true, false) => "gcc",
            (false, false) => "cc",
            (false, true) => "",
        };
        let own = format!("CC_{}", target.triple.replace('-', "_"));
        let program = variable(&own)
            .or_else(|| variable("CC"))
            .unwrap_or_else(|| default.to_string());
        if program.trim().is_empty() {
            return Err(format!(
                "name a C compiler for {} in {}",
                target.triple, own
            ));
        }
        let program = match Path::new(&program).is_file() {
            true => vec![program], // even with spaces in it
            false => program.split_whitespace().map(str::to_string).collect(),
        };
        let mut compiler = Self {
            program,
            flags: Vec::new(),
        };
        compiler.add("-std=c11 -O2 -g -DNDEBUG -fPIC -fvisibility=hidden");
        compiler.add_include(&root.join("include"));
        match target.kernel {
            true => compiler.add_for_driver(target, root)?,
            false => compiler.add("-fexceptions"),
        }
        compiler.add(&variable("CFLAGS").unwrap_or_default());
        Ok(compiler)
    }

    fn command(&self) -> Command {
        let mut command = Command::new(&self.program[0]);
        command.args(&self.program[1..]);
        command
    }

    fn add(&mut self, flags: &str) {
        self.flags
            .extend(flags.split_whitespace().map(str::to_string));
    }

    fn add_include(&mut self, folder: &Path) {
        self.flags.push(format!("-I{}", folder.display()));
    }

    /// As cmake/LookasideDriver.cmake; on Linux, over the twin.
    fn add_for_driver(&mut self, target: &Target, root: &Path) -> Result<(), String> {
        self.add("-DLOOKASIDE_KERNEL -Wno-multichar");
        self.add_include(&root.join("src"));
        if target.windows {
            self.add("-ffreestanding -fno-stack-protector -mno-stack-arg-probe -mlong-double-64");
            self.add_include(&self.driver_kit()?);
        } else {
            self.add("-fshort-wchar -fsigned-char -fexceptions -fno-omit-frame-pointer");
            self.add_include(&root.join("wdk/include"));
        }
        Ok(())
    }

    /// The folder "ddk" in one of those that the compiler searches; it lists them on standard error.
    fn driver_kit(&self) -> Result<PathBuf, String> {
        let mut command = self.command();
        command.args(["-E", "-Wp,-v", "-x", "c", "/dev/null"]);
        let output = output_of(&mut command)?;
        String::from_utf8_lossy(&output.stderr)
            .lines()
            .map(|line| Path::new(line.trim()).join("ddk"))
            .find(|folder| folder.join("wdm.h").is_file())
            .ok_or_else(|| {
                format!(
                    "{} has no ddk/wdm.h, a driver's headers (Debian: mingw-w64-x86-64-dev)",
                    self.program.join(" ")
                )
            })
    }

    fn compile(&self, source: &Path, object: &Path) -> Result<(), String> {
        let mut command = self.command();
        command
            .args(&self.flags)
            .arg("-c")
            .arg(source)
            .arg("-o")
            .arg(object);
        run(&mut command).map(drop)
    }

    /// The path of a tool that belongs to the compiler.
    fn tool(&self, name: &str) -> Result<Command, String> {
        let path = run(self.command().arg(format!("-print-prog-name={}", name)))?;
        Ok(Command::new(path))
    }

    /// One object of many; names that are not the interface's are local.
    fn join(&self, objects: &[PathBuf], target: &Target, root: &Path) -> Result<PathBuf, String> {
        let out = objects[0].parent().expect("objects lie in a folder");
        let (all, joined) = (out.join("all.o"), out.join("joined.o"));
        let mut join = self.command();
        join.args(["-r", "-nostdlib", "-o"]).arg(&all).args(objects);
        let mut make_local = self.tool("objcopy")?;
        make_local.args(["--wildcard", "--keep-global-symbol=lookaside_*"]);
        make_local.arg("--keep-global-symbol=_.stapsdt.base");
        if target.windows {
            join.arg("-T").arg(root.join("cmake/join_windows.ld"));
            make_local.args(["--rename-section", ".unwind=.pdata"]);
        }
        run(&mut join)?;
        run(make_local.arg(&all).arg(&joined))?;
        Ok(joined)
    }
}

pub fn build_and_link(target: &Target) -> Result<(), String> {
    if !target.is_supported() {
        return Err(format!(
            "the library runs on Linux, and on Windows as mingw-w64 compiles it \
             (x86_64-pc-windows-gnu), not on {}",
            target.triple
        ));
    }
    let out = PathBuf::from(env::var_os("OUT_DIR").expect("cargo sets OUT_DIR"));
    let crate_dir = env::var_os("CARGO_MANIFEST_DIR").expect("cargo sets CARGO_MANIFEST_DIR");
    let root = Path::new(&crate_dir).join("../../..");
    let compiler = Compiler::for_target(target, &root)?;
    let mut objects = Vec::new();
    for source in sources::of_library(&root, target)? {
        let name = source.file_stem().expect("a source has a name");
        let object = out.join(name).with_extension("o");
        compiler.compile(&source, &object)?;
        objects.push(object);
    }
    for folder in ["include", "src", "nt", "wdk/include", "cmake"] {
        println!("cargo:rerun-if-changed={}", root.join(folder).display());
    }
    let archive = out.join(format!("lib{}.a", target.library()));
    let _ = fs::remove_file(&archive); // ar adds to what is there
    let joined = compiler.join(&objects, target, &root)?;
    run(compiler.tool("ar")?.arg("crs").arg(&archive).arg(joined))?;
    println!("cargo:rustc-cfg=lookaside_is_static");
    println!("cargo:rustc-link-search=native={}", out.display());
    println!("cargo:rustc-link-lib=static={}", target.library());
    target.link_system_libraries();
    Ok(())
}
