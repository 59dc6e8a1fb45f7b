//! The samples of Zammad's documentation, played against us (facts/zammad-cti.md 1).

use offhook_testkit::Client;

use crate::server;

/// The documented configuration.
const CONFIG: &str = r#"{
    "inbound": {"block_caller_ids": [{"caller_id": "491715000000", "note": "spam"}]},
    "outbound": {
        "routing_table": [
            {"dest": "4989*", "caller_id": "498999998145", "note": "All from munich"},
            {"dest": "4930*", "caller_id": "493023125877", "note": "All from Berlin"}],
        "default_caller_id": "496990009111"}
}"#;

const BOUNDARY: &str = "------------------------d74496d66958873e";

fn multipart(fields: &[(&str, &str)]) -> Vec<u8> {
    let mut body = String::new();
    for (name, value) in fields {
        let head = format!("--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"{name}\"");
        body.extend([head.as_str(), "\r\n\r\n", value, "\r\n"]);
    }
    (body + &format!("--{BOUNDARY}--\r\n")).into_bytes()
}

#[tokio::test]
async fn they_answer_as_documented_in_json_and_as_a_form() {
    let server = server().await;
    let admin = server.user("admin", "admin");
    let url = server.source("office", "generic");
    let file = server.folder().join("config.json");
    std::fs::write(&file, CONFIG).unwrap();
    let sources = admin.read("/api/v1/sources").await;
    let id = sources["items"][0]["id"].as_i64().unwrap();
    let config: serde_json::Value = serde_json::from_str(CONFIG).unwrap();
    let put = admin
        .put(&format!("/api/v1/sources/{id}/config"), config)
        .await;
    assert_eq!(put.status, 200, "{}", put.text);

    let dial = |caller_id: &str, number: &str| {
        format!(r#"{{"action":"dial","caller_id":"{caller_id}","number":"{number}"}}"#)
    };
    let reject = r#"{"action":"reject","reason":"busy"}"#.to_owned();
    type Case<'c> = (&'c [(&'c str, &'c str)], String);
    let cases: Vec<Case<'_>> = vec![
        (
            &[
                ("event", "newCall"),
                ("from", "493023125741"),
                ("to", "492214710334"),
                ("direction", "in"),
                ("callId", "307fa962-de8d-4ffc-817b-7f6993204159"),
                ("user[]", "Christopher Miller"),
                ("user[]", "Emma Taylor"),
            ],
            "{}".to_owned(),
        ),
        (
            &[
                ("event", "newCall"),
                ("from", "491715000000"),
                ("to", "492214710334"),
                ("direction", "in"),
                ("callId", "307fa962-de8d-4ffc-817b-7f6993204160"),
                ("user[]", "Christopher Miller"),
                ("user[]", "Emma Taylor"),
            ],
            reject,
        ),
        (
            &[
                ("event", "newCall"),
                ("from", "492214710334"),
                ("to", "493055571600"),
                ("direction", "out"),
                ("callId", "8621106404543334274-3"),
                ("user[]", "Christopher Miller"),
            ],
            dial("493023125877", "493055571600"),
        ),
        (
            &[
                ("event", "newCall"),
                ("from", "492214710334"),
                ("to", "498920002000"),
                ("direction", "out"),
                ("callId", "8621106404543334274-4"),
            ],
            dial("498999998145", "498920002000"),
        ),
        (
            &[
                ("event", "newCall"),
                ("from", "492214710334"),
                ("to", "431234567890"),
                ("direction", "out"),
                ("callId", "8621106404543334274-5"),
            ],
            dial("496990009111", "431234567890"),
        ),
        (
            &[
                ("event", "answer"),
                ("from", "493023125741"),
                ("to", "492214710334"),
                ("direction", "in"),
                ("callId", "307fa962-de8d-4ffc-817b-7f6993204159"),
                ("answeringNumber", "emma@chrispresso.com"),
            ],
            "{}".to_owned(),
        ),
        (
            &[
                ("event", "hangup"),
                ("from", "493023125741"),
                ("to", "492214710334"),
                ("direction", "in"),
                ("callId", "307fa962-de8d-4ffc-817b-7f6993204159"),
                ("cause", "normalClearing"),
                ("answeringNumber", "emma@chrispresso.com"),
            ],
            "{}".to_owned(),
        ),
    ];
    let pbx = Client::new(&server.url);
    for (fields, expected) in &cases {
        let form = format!("multipart/form-data; boundary={BOUNDARY}");
        let answer = pbx.send_as(&url, &form, &multipart(fields)).await;
        assert_eq!(
            (answer.status.as_u16(), &answer.text),
            (200, expected),
            "{fields:?}"
        );
        assert_eq!(
            answer.header("content-type"),
            "application/json; charset=utf-8"
        );
        // Sent once more as JSON it is a retry, which gets the same answer.
        let mut json = serde_json::Map::new();
        for (name, value) in *fields {
            json.insert((*name).trim_end_matches("[]").to_owned(), (*value).into());
        }
        let body = serde_json::to_vec(&json).unwrap();
        let answer = pbx.send_as(&url, "application/json", &body).await;
        assert_eq!(
            (answer.status.as_u16(), &answer.text),
            (200, expected),
            "again {fields:?}"
        );
    }
    let calls = admin.read("/api/v1/calls").await;
    assert_eq!(calls["items"].as_array().unwrap().len(), 5, "{calls:#}");
    let first = &calls["items"][4];
    assert_eq!(first["to"]["name"], "Christopher Miller, Emma Taylor");
    assert_eq!(first["state"], "ended");
    assert_eq!(first["answered_by"]["number"], "emma@chrispresso.com");
    assert_eq!(first["missed"], false);
}
