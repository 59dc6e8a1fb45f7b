//! Tokens, passwords and cookies come in through every door, and stand nowhere afterwards.

use offhook_testkit::{Client, FakePbx, Office, Server};
use serde_json::json;

use crate::PROGRAM;

/// Part of every secret that this test makes up.
const MARK: &str = "hush4711";

/// The files below a folder that hold one of the texts in their bytes.
pub(crate) fn files_with(folder: &std::path::Path, texts: &[String]) -> Vec<String> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(files_with(&path, texts));
            continue;
        }
        let bytes = match std::fs::read(&path) {
            // The server may take one away at any moment.
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => continue,
            bytes => bytes.unwrap(),
        };
        for text in texts {
            if bytes
                .windows(text.len())
                .any(|window| window == text.as_bytes())
            {
                found.push(format!("{text} in {}", path.display()));
            }
        }
    }
    found
}

/// Sends secrets in every way that a PBX or its bridge may.
async fn pbx_sends_secrets(office: &Office, pbx: &FakePbx) {
    let pbx = pbx
        .clone()
        .with("authorization", &format!("Basic {MARK}"))
        .with("cookie", &format!("session={MARK}"))
        .with("x-api-key", MARK)
        .with("x-auth-token", MARK)
        .with("x-placetel-signature", MARK);
    let event = "event=newCall&direction=in&from=4940555&to=22&callId=a";
    let form =
        format!("{event}&password={MARK}&api_key={MARK}&accessToken={MARK}&client-secret={MARK}");
    pbx.send(&form).await;
    let nested = json!({"event": "hangup", "callId": "a", "token": MARK, "auth": {"password": MARK},
        "secrets": ["x", MARK], "credentials": {"a": "x", "key": MARK}});
    pbx.send_json(&nested).await;
    let part = |name: &str, value: &str| {
        format!("--B\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n")
    };
    let multipart =
        part("event", "hangup") + &part("callId", "a") + &part("password", MARK) + "--B--\r\n";
    let label = "multipart/form-data; boundary=B";
    pbx.client
        .send_as(&pbx.url, label, multipart.as_bytes())
        .await;
    let url = format!("{}?token={MARK}&password={MARK}", pbx.url);
    pbx.client.form(&url, "event=hangup&callId=a").await;
    // A bridge that tells where it sends to tells the token, in its own spelling or in another.
    let (first, rest) = pbx.token().split_at(1);
    let first = first.as_bytes()[0];
    let (sent_to, path) = pbx.url.rsplit_once('/').unwrap();
    pbx.send(&format!("{event}&sent_to={}&pwd={MARK}", pbx.url))
        .await;
    pbx.send(&format!("{event}&sent_to=%{first:02x}{rest}"))
        .await;
    let escaped = format!(
        r#"{{"event":"hangup","callId":"a","pass\u0077ord":"{MARK}","sent_to":"x/\u00{first:02x}{rest}"}}"#
    );
    pbx.client
        .send_as(&pbx.url, "application/json", escaped.as_bytes())
        .await;
    let respelled = format!("{sent_to}/%{first:02x}{}", &path[1..]);
    pbx.client.form(&respelled, "event=hangup&callId=a").await;
    // What is refused is recorded as well.
    pbx.send(&format!("event=ring&password={MARK}")).await;
    pbx.client
        .send_as(
            &pbx.url,
            "application/json",
            format!("{{\"password\":\"{MARK}").as_bytes(),
        )
        .await;
    for kind in ["cti/{}", "placetel/{}", "sipgate/{}/in"] {
        let path = kind.replace("{}", &format!("wrong-{MARK}"));
        pbx.client
            .form(&format!("{}/api/v1/{path}", office.server.url), event)
            .await;
    }
}

/// Sends secrets to the API, right ones and wrong ones; answers those that the server made.
async fn people_send_secrets(office: &Office) -> Vec<String> {
    let nobody = Client::new(&office.server.url);
    let mut refused = Vec::new();
    let password = format!("{MARK} password");
    let draft = json!({"login": "emma", "role": "agent", "password": password});
    assert_eq!(office.admin.post("/api/v1/users", draft).await.status, 201);
    for body in [
        json!({"login": "emma", "password": format!("{MARK} wrong")}),
        json!({"login": "emma", "password": {"x": MARK}}),
        json!({"login": "emma", "password": [MARK]}),
    ] {
        refused.push(nobody.post("/api/v1/session", body).await);
    }
    let broken = format!("{{\"login\": \"emma\", \"password\": \"{MARK}\", \"x\": ");
    let session = format!("{}/api/v1/session", office.server.url);
    refused.push(
        nobody
            .send_as(&session, "application/json", broken.as_bytes())
            .await,
    );
    refused.push(
        nobody
            .clone()
            .with("authorization", &format!("Bearer {MARK}"))
            .get("/api/v1/me")
            .await,
    );
    refused.push(
        nobody
            .clone()
            .with("cookie", &format!("offhook={MARK}"))
            .get("/api/v1/me")
            .await,
    );
    refused.push(nobody.get(&format!("/api/v1/me?token={MARK}")).await);
    let answer = nobody
        .post(
            "/api/v1/session",
            json!({"login": "emma", "password": password}),
        )
        .await;
    assert_eq!(answer.status, 201);
    let cookie = answer
        .header("set-cookie")
        .split(';')
        .next()
        .unwrap()
        .to_owned();
    let emma = nobody.with("cookie", &cookie);
    let change = json!({"password": MARK, "current_password": format!("{MARK} wrong")});
    refused.push(emma.patch("/api/v1/me", change).await);
    let token = emma
        .post("/api/v1/tokens", json!({"name": "x"}))
        .await
        .json();
    let token = token["token"].as_str().unwrap().to_owned();
    let by_token = Client::with_token(&office.server.url, &token);
    assert_eq!(by_token.get("/api/v1/me").await.status, 200);
    for answer in refused {
        assert!(answer.status.is_client_error(), "{}", answer.text);
        assert!(
            !answer.text.contains(MARK),
            "an error shows it: {}",
            answer.text
        );
    }
    vec![token, cookie.split_once('=').unwrap().1.to_owned()]
}

#[tokio::test]
async fn they_stand_nowhere() {
    let server = Server::start_talkative(PROGRAM, &[]).await;
    let admin = server.user("admin", "admin");
    let mut office = Office { server, admin };
    let token = format!("source-{MARK}");
    let draft = json!({"name": "office", "kind": "generic", "token": token});
    let pbx = office.pbx_of(draft).await;
    let made = office.pbx("made").await;
    let config = json!({"inbound": {"block_caller_ids": []}, "outbound": {"default_caller_id": ""},
        "signature_secret": format!("signature-{MARK}"), "api_token": format!("api-{MARK}")});
    let placetel = office
        .pbx_of(json!({"name": "placetel", "kind": "placetel", "config": config}))
        .await;
    for pbx in [&pbx, &made, &placetel] {
        pbx_sends_secrets(&office, pbx).await;
    }
    let mut secrets = people_send_secrets(&office).await;
    secrets.extend([
        MARK.to_owned(),
        "password of".to_owned(),
        made.token()[1..].to_owned(),
        placetel.token()[1..].to_owned(),
    ]);
    let rotate = format!("/api/v1/sources/{}/rotate", pbx.source_id);
    let rotated = office.admin.post(&rotate, json!({})).await.json();
    secrets.push(
        rotated["endpoint_url"]
            .as_str()
            .unwrap()
            .rsplit('/')
            .next()
            .unwrap()
            .to_owned(),
    );

    // All that was sent to the endpoints is recorded by then, refused or not.
    office.recorded("", 39).await;
    for path in [
        "/api/v1/requests?limit=500",
        "/api/v1/sources",
        "/api/v1/users",
        "/api/v1/tokens",
        "/api/v1/calls/1",
        "/api/v1/settings",
        "/api/v1/me",
        "/api/v1/cti/log",
        "/metrics",
    ] {
        let answer = office.admin.get(path).await;
        assert_eq!(answer.status, 200, "{path}");
        for secret in &secrets {
            assert!(
                !answer.text.contains(secret),
                "{secret} in {path}: {}",
                answer.text
            );
        }
    }
    let data = office.server.data();
    assert_eq!(files_with(&data, &secrets), [""; 0], "while it runs");
    assert!(office.server.stop().await.success());
    assert_eq!(files_with(&data, &secrets), [""; 0], "after it");
    let log = office.server.log();
    assert!(log.contains("signed in"), "something is logged");
    for secret in &secrets {
        let line = log.lines().find(|line| line.contains(secret));
        assert_eq!(line, None, "{secret} in the log");
    }
    // This test would see it: the login is in all of them.
    assert!(!files_with(&data, &["emma".to_owned()]).is_empty());
}
