//! Who may know whom (ARCHITECTURE.md): any other arrow between our crates fails.

use std::collections::{BTreeMap, BTreeSet};
use std::process::Command;

/// A crate and those of ours that it may depend on.
const ARROWS: &[(&str, &[&str])] = &[
    ("core", &[]),
    ("wire", &["core"]),
    ("store", &["core"]),
    ("store-sql", &["core", "store"]),
    ("engine", &["core", "wire", "store"]),
    ("http", &["core", "wire", "engine"]),
    ("ui", &[]),
    (
        "offhook",
        &["core", "wire", "store", "store-sql", "engine", "http", "ui"],
    ),
    (
        "testkit",
        &["core", "wire", "store", "store-sql", "engine", "http", "ui"],
    ),
    (
        "bench",
        &["core", "wire", "store", "store-sql", "engine", "http", "ui"],
    ),
];

/// What a crate must never depend on, since that is why it exists.
const BANS: &[(&str, &[&str])] = &[
    (
        "core",
        &[
            "tokio",
            "serde",
            "tracing",
            "jiff",
            "getrandom",
            "sqlx",
            "axum",
        ],
    ),
    ("wire", &["tokio", "axum", "sqlx", "tracing"]),
    ("store", &["sqlx", "axum"]),
    ("engine", &["sqlx", "axum"]),
    ("http", &["sqlx"]),
];

#[test]
fn crates_know_only_those_they_may() {
    let known = dependencies();
    for (name, found) in &known {
        let (_, allowed) = ARROWS
            .iter()
            .find(|(crate_name, _)| crate_name == name)
            .unwrap_or_else(|| panic!("{name} is new: say in ARCHITECTURE.md what it may know"));
        let ours = found
            .iter()
            .filter_map(|name| name.strip_prefix("offhook-"));
        for other in ours {
            assert!(
                allowed.contains(&other),
                "{name} must not depend on {other}"
            );
        }
    }
    for (name, banned) in BANS {
        for other in *banned {
            assert!(
                !known[*name].contains(*other),
                "{name} must not depend on {other}"
            );
        }
    }
}

/// The direct dependencies of our crates (not those of their tests), by short name.
fn dependencies() -> BTreeMap<String, BTreeSet<String>> {
    let output = Command::new(env!("CARGO"))
        .args([
            "metadata",
            "--no-deps",
            "--format-version",
            "1",
            "--offline",
        ])
        .output()
        .unwrap();
    let metadata: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    let packages = metadata["packages"].as_array().unwrap();
    packages
        .iter()
        .map(|package| {
            let name = package["name"].as_str().unwrap();
            let found = package["dependencies"].as_array().unwrap().iter();
            let found = found
                .filter(|dependency| dependency["kind"].is_null())
                .map(|dependency| dependency["name"].as_str().unwrap().to_owned());
            (
                name.strip_prefix("offhook-").unwrap_or(name).to_owned(),
                found.collect(),
            )
        })
        .collect()
}
