//! Builds the page in `web/` where it has to, and puts what is to be embedded into `OUT_DIR/page`.
//! Without npm, or with `OFFHOOK_SKIP_WEB=1`, that is a plain page.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::SystemTime;
use std::{env, fs, io};

/// What the page is made of, seen from the root; what is not there is skipped.
const MADE_OF: &[&str] = &[
    "openapi.json",
    "web/package.json",
    "web/package-lock.json",
    "web/src",
    "web/static",
    "web/svelte.config.js",
    "web/tasks",
    "web/tsconfig.json",
    "web/vite.config.ts",
];

fn main() {
    if let Err(why) = run() {
        eprintln!("{why}");
        std::process::exit(1);
    }
}

fn run() -> Result<(), String> {
    println!("cargo:rerun-if-env-changed=OFFHOOK_SKIP_WEB");
    println!("cargo:rerun-if-changed=build.rs");
    println!("cargo:rerun-if-changed=src/plain.html");
    let here = PathBuf::from(variable("CARGO_MANIFEST_DIR")?);
    let root = here.join("../..");
    for part in MADE_OF {
        println!("cargo:rerun-if-changed={}", root.join(part).display());
    }
    let page = PathBuf::from(variable("OUT_DIR")?).join("page");
    let failed = |error: io::Error| format!("could not write {}: {error}", page.display());
    match fs::remove_dir_all(&page) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(failed(error)),
        _ => fs::create_dir_all(&page).map_err(failed)?,
    }
    if let Some(why) = why_plain() {
        println!("cargo:warning=the web page is left out, a plain one is served: {why}");
        let plain = here.join("src/plain.html");
        fs::copy(plain, page.join("index.html")).map_err(failed)?;
        return Ok(());
    }
    build(&root)?;
    copy(&root.join("web/build"), &page).map_err(failed)
}

fn variable(name: &str) -> Result<String, String> {
    env::var(name).map_err(|error| format!("{name}: {error}"))
}

fn why_plain() -> Option<&'static str> {
    if env::var("OFFHOOK_SKIP_WEB").is_ok_and(|value| value == "1") {
        return Some("OFFHOOK_SKIP_WEB is 1");
    }
    let there = Command::new(npm()).arg("--version").output();
    let there = there.is_ok_and(|output| output.status.success());
    (!there).then_some("npm is missing; install Node 20.19 or newer and build again")
}

fn npm() -> &'static str {
    if cfg!(windows) { "npm.cmd" } else { "npm" }
}

/// Profiles share `web/build`, so it is made only where something is newer.
fn build(root: &Path) -> Result<(), String> {
    let web = root.join("web");
    let lock = newest(&web.join("package-lock.json"));
    if newest_of_file(&web.join("node_modules/.package-lock.json")) < lock {
        run_npm(&web, &["ci", "--no-audit", "--no-fund"])?;
    }
    let sources = MADE_OF.iter().map(|part| newest(&root.join(part))).max();
    // Written last, by the last step.
    if newest_of_file(&web.join("build/index.html.br")) < sources.flatten() {
        run_npm(&web, &["run", "build"])?;
    }
    Ok(())
}

fn run_npm(web: &Path, arguments: &[&str]) -> Result<(), String> {
    let command = format!("npm {}", arguments.join(" "));
    let output = Command::new(npm())
        .args(arguments)
        .current_dir(web)
        .output()
        .map_err(|error| format!("{command}: {error}"))?;
    if output.status.success() {
        return Ok(());
    }
    Err(format!(
        "`{command}` failed in web/ (OFFHOOK_SKIP_WEB=1 builds without the page):\n{}{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    ))
}

/// When this was changed last, folders with all that is in them (a file taken away changes its
/// folder); `None`, which is older than everything, where it is not there.
fn newest(path: &Path) -> Option<SystemTime> {
    let entries = fs::read_dir(path).ok().into_iter().flatten().flatten();
    let within = entries.filter_map(|entry| newest(&entry.path())).max();
    within.max(newest_of_file(path))
}

fn newest_of_file(path: &Path) -> Option<SystemTime> {
    fs::metadata(path).and_then(|found| found.modified()).ok()
}

fn copy(from: &Path, to: &Path) -> io::Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let target = to.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            copy(&entry.path(), &target)?;
        } else {
            fs::copy(entry.path(), target)?;
        }
    }
    Ok(())
}
