//! The description of the API is the one in the repository, and holds what is answered.

use std::path::Path;

use crate::server;

/// The page's types are made from this file, so a change of the API shows in review.
#[tokio::test]
async fn the_description_in_the_repository_is_the_one_that_is_served() {
    let server = server().await;
    let served = offhook_testkit::Client::new(&server.url)
        .read("/api/openapi.json")
        .await;
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../openapi.json");
    let text = format!("{}\n", serde_json::to_string_pretty(&served).unwrap());
    if std::env::var_os("OFFHOOK_WRITE_OPENAPI").is_some() {
        std::fs::write(&path, &text).unwrap();
    }
    let kept = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(
        kept == text,
        "openapi.json is old: run the tests with OFFHOOK_WRITE_OPENAPI=1"
    );
}

/// Every operation of the contract is described, and answers 401 to who shows no credentials.
#[tokio::test]
async fn every_operation_of_the_contract_is_there_and_asks_who_it_is() {
    let server = server().await;
    let nobody = offhook_testkit::Client::new(&server.url);
    let described = nobody.read("/api/openapi.json").await;
    let operations = [
        ("delete", "/api/v1/session"),
        ("get", "/api/v1/me"),
        ("patch", "/api/v1/me"),
        ("post", "/api/v1/me/used"),
        ("get", "/api/v1/calls"),
        ("get", "/api/v1/calls/{id}"),
        ("patch", "/api/v1/calls/{id}"),
        ("get", "/api/v1/calls/{id}/pop"),
        ("post", "/api/v1/calls/done"),
        ("get", "/api/v1/calls/overview"),
        ("get", "/api/v1/calls/ringing"),
        ("get", "/api/v1/calls.csv"),
        ("post", "/api/v1/calls/{id}/notes"),
        ("get", "/api/v1/notes"),
        ("post", "/api/v1/cti/done/{id}"),
        ("post", "/api/v1/cti/done/bulk"),
        ("get", "/api/v1/cti/log"),
        ("get", "/api/v1/contacts"),
        ("post", "/api/v1/contacts"),
        ("get", "/api/v1/contacts/{id}"),
        ("patch", "/api/v1/contacts/{id}"),
        ("delete", "/api/v1/contacts/{id}"),
        ("post", "/api/v1/contacts/{id}/merge"),
        ("get", "/api/v1/lookup"),
        ("post", "/api/v1/dial"),
        ("post", "/api/v1/sources/{id}/forward/again"),
        ("get", "/api/v1/events"),
        ("get", "/api/v1/users"),
        ("post", "/api/v1/users"),
        ("get", "/api/v1/users/{id}"),
        ("patch", "/api/v1/users/{id}"),
        ("delete", "/api/v1/users/{id}"),
        ("get", "/api/v1/tokens"),
        ("post", "/api/v1/tokens"),
        ("delete", "/api/v1/tokens/{id}"),
        ("get", "/api/v1/sources"),
        ("post", "/api/v1/sources"),
        ("get", "/api/v1/sources/{id}"),
        ("patch", "/api/v1/sources/{id}"),
        ("delete", "/api/v1/sources/{id}"),
        ("put", "/api/v1/sources/{id}/config"),
        ("post", "/api/v1/sources/{id}/blocked"),
        ("delete", "/api/v1/sources/{id}/blocked"),
        ("post", "/api/v1/sources/{id}/blocked/preview"),
        ("post", "/api/v1/sources/{id}/try"),
        ("post", "/api/v1/sources/{id}/preview"),
        ("get", "/api/v1/sources/{id}/preview"),
        ("post", "/api/v1/sources/{id}/rotate"),
        ("get", "/api/v1/requests"),
        ("get", "/api/v1/requests/{id}"),
        ("post", "/api/v1/requests/{id}/replay"),
        ("get", "/api/v1/settings"),
        ("patch", "/api/v1/settings"),
    ];
    for (method, path) in operations {
        let operation = &described["paths"][path][method];
        assert!(
            operation["responses"]["401"].is_object(),
            "{method} {path} is not described"
        );
        let asked = path.replace("{id}", "1");
        let answer = nobody
            .send_json(method, &asked, serde_json::json!({}))
            .await;
        assert_eq!(answer.status, 401, "{method} {path}: {}", answer.text);
        assert_eq!(answer.json()["code"], "unauthorized", "{method} {path}");
        assert_eq!(answer.header("content-type"), "application/problem+json");
    }
    let described_count: usize = described["paths"]
        .as_object()
        .unwrap()
        .values()
        .map(|methods| methods.as_object().unwrap().len())
        .sum();
    // Beside those: signing in, the first start (two), and the description itself.
    assert_eq!(
        described_count,
        operations.len() + 4,
        "an operation is not in this test"
    );
}
