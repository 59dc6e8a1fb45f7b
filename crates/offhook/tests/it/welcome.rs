//! The first administrator, made in the browser by the link that `serve` prints.

use offhook_testkit::{Answer, Client, Server, assert_part};
use serde_json::{Value, json};

use crate::{PROGRAM, server};

/// The key in the link that the server prints.
async fn key(server: &mut Server) -> String {
    let line = server.next_line().await;
    let start = format!("{}/welcome#", server.url);
    let (_, key) = line.split_once(&start).expect("a link to this server");
    assert!(key.len() >= 27, "{line}");
    key.to_owned()
}

fn anna(key: &str) -> Value {
    json!({"key": key, "login": "anna", "name": "Anna Lopez", "password": "a long password"})
}

fn code(answer: &Answer) -> (u16, String) {
    let code = answer.json()["code"].as_str().unwrap_or("").to_owned();
    (answer.status.as_u16(), code)
}

async fn needed(client: &Client) -> bool {
    client.read("/api/v1/welcome").await["needed"] == true
}

#[tokio::test]
async fn the_link_makes_one_administrator_who_is_signed_in() {
    let mut server = server().await;
    let nobody = Client::new(&server.url);
    let key = key(&mut server).await;
    assert!(needed(&nobody).await);
    for (change, status, field) in [
        (json!({"key": "wrong"}), 403, None),
        (json!({"key": ""}), 403, None),
        (json!({"login": " "}), 422, Some("login")),
        (json!({"name": "a\nb"}), 422, Some("name")),
        (json!({"password": "short"}), 422, Some("password")),
        (json!({"role": "agent"}), 422, Some("role")),
    ] {
        let mut body = anna(&key);
        let fields = change.as_object().unwrap().clone();
        body.as_object_mut().unwrap().extend(fields);
        let answer = nobody.post("/api/v1/welcome", body).await;
        assert_eq!(answer.status.as_u16(), status, "{change}: {}", answer.text);
        let problem = answer.json();
        assert_eq!(problem["field"].as_str(), field, "{change}: {problem}");
        assert!(!answer.text.contains(&key), "{}", answer.text);
    }
    let elsewhere = nobody.clone().with("sec-fetch-site", "cross-site");
    let answer = elsewhere.post("/api/v1/welcome", anna(&key)).await;
    assert_eq!(code(&answer), (403, "cross_site".to_owned()));
    assert!(needed(&nobody).await, "nobody was made");

    let made = nobody.post("/api/v1/welcome", anna(&key)).await;
    assert_eq!(made.status, 201, "{}", made.text);
    let expected = json!({"login": "anna", "name": "Anna Lopez", "role": "admin", "phones": []});
    assert_part(&made.json(), &expected, "who was made");
    let cookie = made.header("set-cookie").split(';').next().unwrap();
    let anna_here = nobody.clone().with("cookie", cookie);
    assert_eq!(anna_here.get("/api/v1/users").await.status, 200);

    assert!(!needed(&nobody).await);
    let again = nobody.post("/api/v1/welcome", anna(&key)).await;
    assert_eq!(code(&again), (409, "users_exist".to_owned()));
    let sign_in = json!({"login": "anna", "password": "a long password"});
    assert_eq!(nobody.post("/api/v1/session", sign_in).await.status, 201);
}

#[tokio::test]
async fn of_two_at_once_exactly_one_wins() {
    let mut server = server().await;
    let nobody = Client::new(&server.url);
    let key = key(&mut server).await;
    let emma = json!({"key": key, "login": "emma", "password": "a long password"});
    let (one, other) = tokio::join!(
        nobody.post("/api/v1/welcome", anna(&key)),
        nobody.post("/api/v1/welcome", emma),
    );
    let mut statuses = [one.status.as_u16(), other.status.as_u16()];
    statuses.sort_unstable();
    assert_eq!(statuses, [201, 409], "{} {}", one.text, other.text);
    assert_eq!(server.ok(&["user", "list"], "").lines().count(), 1);
}

#[tokio::test]
async fn wrong_keys_are_throttled() {
    let mut server = server().await;
    let nobody = Client::new(&server.url);
    let key = key(&mut server).await;
    for _ in 0..5 {
        let answer = nobody.post("/api/v1/welcome", anna("wrong")).await;
        assert_eq!(code(&answer), (403, "wrong_key".to_owned()));
    }
    let answer = nobody.post("/api/v1/welcome", anna(&key)).await;
    assert_eq!(code(&answer), (429, "throttled".to_owned()));
    assert!(!answer.header("retry-after").is_empty());
}

#[tokio::test]
async fn a_user_made_beside_the_server_ends_it() {
    let mut server = server().await;
    let key = key(&mut server).await;
    server.user("boss", "admin").read("/api/v1/me").await;
    let nobody = Client::new(&server.url);
    assert!(!needed(&nobody).await);
    let answer = nobody.post("/api/v1/welcome", anna(&key)).await;
    assert_eq!(code(&answer), (409, "users_exist".to_owned()));
}

#[tokio::test]
async fn each_start_has_a_key_of_its_own_and_no_log_has_any() {
    let mut server = Server::start_talkative(PROGRAM, &[]).await;
    let first = key(&mut server).await;
    server.stop().await;
    server.restart().await;
    let second = key(&mut server).await;
    let nobody = Client::new(&server.url);
    let answer = nobody.post("/api/v1/welcome", anna(&first)).await;
    assert_eq!(code(&answer), (403, "wrong_key".to_owned()));
    assert_eq!(
        nobody.post("/api/v1/welcome", anna(&second)).await.status,
        201
    );
    server.stop().await;
    let log = server.log();
    assert!(log.contains("made the first administrator"), "{log}");
    assert!(!log.contains(&first) && !log.contains(&second), "{log}");
}
