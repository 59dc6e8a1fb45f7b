//! The commands, beside a running server: users, tokens, sources.

use std::process::Output;
use std::time::Duration;

use offhook_testkit::{Client, Server};
use serde_json::{Value, json};

use crate::server;

/// A running server takes a change up at most so late.
const AT_MOST: Duration = Duration::from_secs(2);

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// Fails unless the command failed in one line that has this in it.
#[track_caller]
pub(crate) fn failed(output: &Output, status: i32, part: &str) {
    let said = text(&output.stderr);
    assert_eq!(output.status.code(), Some(status), "{said}");
    assert!(said.contains(part), "{part} in {said}");
    assert!(output.stdout.is_empty(), "{}", text(&output.stdout));
    if status == 1 {
        assert_eq!(said.trim_end().lines().count(), 1, "one line: {said}");
        assert!(said.starts_with("offhook: "), "{said}");
    }
}

/// Waits until the path is answered so, which must be soon.
async fn becomes(server: &Server, client: &Client, path: &str, status: u16) {
    server
        .soon_logged(AT_MOST, &format!("{path} becomes {status}"), async || {
            (client.get(path).await.status == status).then_some(())
        })
        .await;
}

async fn sign_in(server: &Server, login: &str, password: &str) -> u16 {
    let body = json!({"login": login, "password": password});
    Client::new(&server.url)
        .post("/api/v1/session", body)
        .await
        .status
        .as_u16()
}

#[tokio::test]
async fn users() {
    let server = server().await;
    let admin = server.user("boss", "admin");
    let add = [
        "user",
        "add",
        "emma",
        "--role",
        "agent",
        "--name",
        "Emma Taylor",
        "--email",
        "e@x.de",
        "--phone",
        "201",
        "--phone",
        "+49 30 555",
        "--password-stdin",
    ];
    server.ok(&add, "a good password\n");
    let list = server.ok(&["user", "list"], "");
    let line = list.lines().nth(1).unwrap();
    assert!(
        line.ends_with("\temma\tagent\tactive\tEmma Taylor\te@x.de\t201, +49 30 555"),
        "{line}"
    );
    let emma = server.client_of("emma");
    let me = emma.read("/api/v1/me").await;
    assert_eq!(
        (&me["name"], &me["phones"]),
        (&json!("Emma Taylor"), &json!(["201", "+49 30 555"]))
    );

    // What a command changed counts for whoever signs in or shows a token at once.
    assert_eq!(sign_in(&server, "emma", "a good password").await, 201);
    server.ok(
        &["user", "passwd", "EMMA", "--password-stdin"],
        "another password\r\n",
    );
    assert_eq!(sign_in(&server, "emma", "another password").await, 201);
    assert_eq!(sign_in(&server, "emma", "a good password").await, 401);

    server.ok(&["user", "disable", "emma"], "");
    becomes(&server, &emma, "/api/v1/me", 401).await;
    assert!(
        server
            .ok(&["user", "list"], "")
            .contains("\temma\tagent\tdisabled\t")
    );
    server.ok(&["user", "enable", "emma"], "");
    becomes(&server, &emma, "/api/v1/me", 200).await;

    let taken = ["user", "add", "EMMA", "--role", "agent", "--password-stdin"];
    for (arguments, input, part) in [
        (&taken[..], "a good password", "has this login"),
        (
            &["user", "add", "x", "--role", "agent", "--password-stdin"],
            "short",
            "8 characters",
        ),
        (
            &["user", "add", "x", "--role", "agent", "--password-stdin"],
            "",
            "standard input is empty",
        ),
        (
            &["user", "add", "x", "--role", "agent"],
            "a good password",
            "--password-stdin",
        ),
        (
            &["user", "add", " ", "--role", "agent", "--password-stdin"],
            "a good password",
            "empty",
        ),
        (
            &[
                "user",
                "add",
                "x",
                "--role",
                "agent",
                "--phone",
                " ",
                "--password-stdin",
            ],
            "a good password",
            "phones[0]: must not be empty",
        ),
        (
            &["source", "rotate", "office", "--overlap-hours", "2161"],
            "",
            "must be 0 to 2160",
        ),
        (
            &["user", "passwd", "nobody", "--password-stdin"],
            "a good password",
            "there is no user nobody",
        ),
        (&["user", "disable", "nobody"], "", "offhook user list"),
        (&["user", "disable", "boss"], "", "administrator"),
    ] {
        failed(&server.run(arguments, input), 1, part);
    }
    assert_eq!(
        admin.read("/api/v1/users").await["items"]
            .as_array()
            .unwrap()
            .len(),
        2
    );
    for (arguments, part) in [
        (&["user", "add", "x"][..], "--role"),
        (&["user", "add", "x", "--role", "boss"], "agent or admin"),
        (&["user"], "Usage"),
        (&["user", "remove", "x"], "unrecognized"),
        (&["nothing"], "unrecognized"),
        (&["serve", "--nothing"], "--nothing"),
        (&[], "Usage"),
    ] {
        failed(&server.run(arguments, ""), 2, part);
    }
}

#[tokio::test]
async fn tokens() {
    let server = server().await;
    server.user("boss", "admin");
    let token = server.ok(&["token", "new", "Boss", "--name", "CRM"], "");
    assert!(
        token.lines().count() == 1 && !token.contains(char::is_whitespace),
        "alone: {token}"
    );
    let crm = Client::with_token(&server.url, &token);
    assert_eq!(crm.get("/api/v1/me").await.status, 200);
    let list = server.ok(&["token", "list"], "");
    assert!(
        list.contains("\tboss\tCRM") && !list.contains(&token),
        "{list}"
    );
    server.ok(&["token", "revoke", "CRM"], "");
    becomes(&server, &crm, "/api/v1/me", 401).await;
    for _ in 0..2 {
        server.ok(&["token", "new", "boss", "--name", "twice"], "");
    }
    failed(
        &server.run(&["token", "revoke", "twice"], ""),
        1,
        "by its id",
    );
    failed(
        &server.run(&["token", "revoke", "CRM"], ""),
        1,
        "offhook token list",
    );
    failed(
        &server.run(&["token", "new", "nobody"], ""),
        1,
        "there is no user nobody",
    );
    let list = server.ok(&["token", "list"], "");
    let id = list
        .lines()
        .find(|line| line.ends_with("twice"))
        .unwrap()
        .split('\t')
        .next()
        .unwrap();
    // Also where another one is called that.
    server.ok(&["token", "new", "boss", "--name", id], "");
    server.ok(&["token", "revoke", id], "");
    server.ok(&["token", "revoke", "twice"], "");
    server.ok(&["token", "revoke", id], "");
}

#[tokio::test]
async fn sources() {
    let server = server().await;
    let admin = server.user("boss", "admin");
    let path = |url: &str| url.strip_prefix(&server.url).unwrap().to_owned();
    let pbx = Client::new(&server.url);
    let url = server.ok(&["source", "add", "office", "--kind", "generic"], "");
    assert!(
        url.lines().count() == 1 && url.starts_with(&format!("{}/api/v1/cti/", server.url)),
        "alone: {url}"
    );
    // Configured from the start: only the event is missing.
    assert!(
        pbx.get(&path(&url))
            .await
            .text
            .contains("Invalid 'direction'!")
    );
    let two = server.ok(
        &["source", "add", "sip", "--kind", "sipgate", "--token-stdin"],
        "a-token-of-old\n",
    );
    let expected =
        ["in", "out"].map(|way| format!("{}/api/v1/sipgate/a-token-of-old/{way}", server.url));
    assert_eq!(two.lines().collect::<Vec<_>>(), expected);
    let list = server.ok(&["source", "list"], "");
    assert!(
        list.contains("\toffice\tgeneric\tenabled") && list.contains("\tsip\tsipgate\tenabled"),
        "{list}"
    );
    assert!(!list.contains("a-token-of-old"), "{list}");

    server.ok(&["source", "disable", "OFFICE"], "");
    server
        .soon_logged(AT_MOST, "the source is disabled", async || {
            let said = pbx.get(&path(&url)).await.text;
            said.contains("disabled").then_some(())
        })
        .await;
    server.ok(&["source", "enable", "office"], "");
    let overlapping = server.ok(&["source", "rotate", "office", "--overlap-hours", "1"], "");
    becomes(&server, &pbx, &path(&overlapping), 422).await;
    assert_eq!(pbx.get(&path(&url)).await.status, 422);
    let last = server.ok(&["source", "rotate", "office"], "");
    becomes(&server, &pbx, &path(&last), 422).await;
    // It was asked for often while it was not known yet.
    let refused = pbx.get(&path(&overlapping)).await.status.as_u16();
    assert!([401, 429].contains(&refused), "{refused}");

    // The configuration, printed and read, from a file and from standard input.
    let file = server.folder().join("config.json");
    let file = file.to_str().unwrap();
    let config = json!({"inbound": {"block_caller_ids": [{"caller_id": "49171"}]},
        "outbound": {"default_caller_id": "49300"}, "other": {"kept": true}});
    std::fs::write(file, config.to_string()).unwrap();
    server.ok(&["source", "config", "office", file], "");
    let printed: Value =
        serde_json::from_str(&server.ok(&["source", "config", "office"], "")).unwrap();
    assert_eq!(printed, config);
    let explain = pbx.clone().with("offhook-explain", "dry-run");
    let event = "event=newCall&direction=in&callId=a&from=49171&to=1";
    server
        .soon_logged(AT_MOST, "the caller is blocked", async || {
            let said = explain.form(&last, event).await.json();
            (said["action"] == "reject").then_some(())
        })
        .await;
    server.ok(
        &["source", "config", "sip", "-"],
        r#"{"inbound": {"a": 1}, "outbound": {"b": 2}, "signature_secret": "hush-hush"}"#,
    );
    let printed = server.ok(&["source", "config", "sip"], "");
    assert!(
        !printed.contains("hush-hush") && printed.contains("inbound"),
        "{printed}"
    );

    let wrong = r#"{"outbound": {"routing_table": [{"dest": 5, "caller_id": "1"}]}}"#;
    for (arguments, input, part) in [
        (
            &["source", "config", "office", "-"][..],
            wrong,
            "outbound.routing_table[0].dest",
        ),
        (&["source", "config", "office", "-"], "{", "JSON"),
        (
            &["source", "config", "office", "/nowhere.json"],
            "",
            "/nowhere.json can not be read",
        ),
        (&["source", "config", "nothing"], "", "offhook source list"),
        (
            &["source", "rotate", "nothing"],
            "",
            "there is no source nothing",
        ),
        (
            &["source", "disable", "nothing"],
            "",
            "there is no source nothing",
        ),
        (
            &["source", "add", "Office", "--kind", "generic"],
            "",
            "office",
        ),
        (&["source", "add", " ", "--kind", "generic"], "", "the name"),
        (
            &["source", "add", "x", "--kind", "generic", "--token-stdin"],
            "",
            "standard input is empty",
        ),
        (
            &["source", "add", "x", "--kind", "generic", "--token-stdin"],
            "with/slash",
            "the token",
        ),
        (
            &["source", "add", "x", "--kind", "generic", "--token-stdin"],
            "a-token-of-old",
            "token",
        ),
    ] {
        let output = server.run(arguments, input);
        assert_eq!(output.status.code(), Some(1), "{arguments:?}");
        let said = text(&output.stderr).to_lowercase();
        assert!(said.contains(&part.to_lowercase()), "{part} in {said}");
        failed(&output, 1, "offhook: ");
    }
    failed(
        &server.run(&["source", "add", "x", "--kind", "fax"], ""),
        2,
        "generic, sipgate, placetel, asterisk or freeswitch",
    );
    failed(&server.run(&["source", "add", "x"], ""), 2, "--kind");
    assert_eq!(
        admin.read("/api/v1/sources").await["items"]
            .as_array()
            .unwrap()
            .len(),
        2
    );
}

/// Many commands at once each get their turn at the database.
#[tokio::test]
async fn commands_at_one_time_do_not_disturb_each_other() {
    let server = server().await;
    let add = |place: usize| {
        let login = format!("user{place}");
        let add = ["user", "add", &login, "--role", "agent", "--password-stdin"];
        server.run(&add, "a good password\n")
    };
    std::thread::scope(|scope| {
        let commands: Vec<_> = (0..12)
            .map(|place| scope.spawn(move || add(place)))
            .collect();
        for command in commands {
            let output = command.join().unwrap();
            assert!(output.status.success(), "{}", text(&output.stderr));
        }
    });
    assert_eq!(server.ok(&["user", "list"], "").lines().count(), 12);
}
