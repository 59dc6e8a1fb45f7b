//! Users and tokens.

use offhook_testkit::{Answer, Client, Office, assert_part, assert_problem};
use serde_json::{Value, json};

use crate::PROGRAM;

async fn sign_in(office: &Office, login: &str, password: &str) -> Answer {
    let body = json!({"login": login, "password": password});
    Client::new(&office.server.url)
        .post("/api/v1/session", body)
        .await
}

#[tokio::test]
async fn users_are_made_read_changed_and_deleted() {
    let office = Office::open(PROGRAM).await;
    let admin = &office.admin;
    let draft = json!({"login": "Emma", "name": "Emma Taylor", "email": "emma@x.de",
        "phones": ["201", "+49 30 5557100"], "role": "agent", "password": "password of emma"});
    let made = admin.post("/api/v1/users", draft).await;
    assert_eq!(made.status, 201, "{}", made.text);
    let user = made.json();
    assert_part(
        &user,
        &json!({"login": "Emma", "name": "Emma Taylor", "email": "emma@x.de",
            "phones": ["201", "+49 30 5557100"], "role": "agent", "active": true}),
        "made",
    );
    let id = user["id"].as_i64().unwrap();
    assert!(id >= 1_000_000, "{id}");
    assert!(
        !made.text.contains("password") && !made.text.contains("argon2"),
        "{}",
        made.text
    );
    let path = format!("/api/v1/users/{id}");
    assert_eq!(admin.read(&path).await, user);
    let list = admin.read("/api/v1/users").await;
    assert_eq!(
        (
            list["items"].as_array().unwrap().len(),
            &list["next_cursor"]
        ),
        (2, &Value::Null)
    );
    assert!(!list.to_string().contains("argon2"));

    let changed = admin
        .patch(&path, json!({"name": "Emma Miller", "phones": []}))
        .await;
    let expected =
        json!({"name": "Emma Miller", "phones": [], "email": "emma@x.de", "login": "Emma"});
    assert_part(&changed.json(), &expected, "changed");
    for (body, field) in [
        (json!({"login": " "}), "login"),
        (json!({"role": "boss"}), "role"),
        (json!({"password": "short"}), "password"),
        (json!({"phones": ["201", ""]}), "phones[1]"),
        (json!({"phones": "201"}), "phones"),
        (json!({"name": "x".repeat(251)}), "name"),
        (json!({"name": "two\nlines"}), "name"),
        (json!({"active": "no"}), "active"),
        (json!({"id": 5}), "id"),
    ] {
        assert_problem(
            &admin.patch(&path, body.clone()).await,
            422,
            "invalid",
            Some(field),
        );
        let mut draft = json!({"login": "new", "password": "a good password"});
        draft
            .as_object_mut()
            .unwrap()
            .extend(body.as_object().unwrap().clone());
        assert_problem(
            &admin.post("/api/v1/users", draft).await,
            422,
            "invalid",
            Some(field),
        );
    }
    let missing = admin.post("/api/v1/users", json!({"name": "x"})).await;
    assert_eq!(missing.status, 422);
    for login in ["Emma", "emma", " EMMA ", "admin"] {
        let draft = json!({"login": login, "password": "a good password"});
        assert_problem(
            &admin.post("/api/v1/users", draft).await,
            409,
            "login_taken",
            None,
        );
    }
    assert_problem(
        &admin.patch(&path, json!({"login": "ADMIN"})).await,
        409,
        "login_taken",
        None,
    );
    assert_eq!(
        admin.patch(&path, json!({"login": "emma"})).await.status,
        200,
        "the own one is free"
    );

    assert_eq!(admin.delete(&path).await.status, 204);
    for answer in [
        admin.get(&path).await,
        admin.delete(&path).await,
        admin.patch(&path, json!({})).await,
    ] {
        assert_problem(&answer, 404, "not_found", None);
    }
    assert_eq!(
        sign_in(&office, "emma", "password of emma").await.status,
        401
    );
    // Ids are never given twice: an old log means who it says.
    let (next, _) = office.user(json!({"login": "emma"})).await;
    assert!(next > id, "{next}");
}

#[tokio::test]
async fn the_last_administrator_stays() {
    let office = Office::open(PROGRAM).await;
    let admin = &office.admin;
    let me = admin.read("/api/v1/me").await["id"].clone();
    let path = format!("/api/v1/users/{me}");
    let (chris, chris_acts) = office
        .user(json!({"login": "chris", "role": "admin"}))
        .await;
    let other = format!("/api/v1/users/{chris}");
    // A disabled administrator is none.
    assert_eq!(
        admin.patch(&other, json!({"active": false})).await.status,
        200
    );
    for answer in [
        admin.delete(&path).await,
        admin.patch(&path, json!({"role": "agent"})).await,
        admin.patch(&path, json!({"active": false})).await,
        admin
            .patch(&path, json!({"active": false, "role": "agent"}))
            .await,
    ] {
        assert_problem(&answer, 409, "last_admin", None);
    }
    assert_eq!(
        admin
            .patch(
                &path,
                json!({"name": "Boss", "active": true, "role": "admin"})
            )
            .await
            .status,
        200
    );
    assert_eq!(
        admin.patch(&other, json!({"active": true})).await.status,
        200
    );
    assert_eq!(
        chris_acts
            .patch(&path, json!({"role": "agent"}))
            .await
            .status,
        200
    );
    assert_eq!(
        admin.get("/api/v1/users").await.status,
        403,
        "no administrator any more"
    );
    assert_problem(&chris_acts.delete(&other).await, 409, "last_admin", None);
}

#[tokio::test]
async fn disabling_and_a_new_password_end_sessions() {
    let office = Office::open(PROGRAM).await;
    let admin = &office.admin;
    let (id, token) = office.user(json!({"login": "emma"})).await;
    let path = format!("/api/v1/users/{id}");
    let session = async |password: &str| {
        let answer = sign_in(&office, "emma", password).await;
        assert_eq!(answer.status, 201, "{}", answer.text);
        let cookie = answer
            .header("set-cookie")
            .split(';')
            .next()
            .unwrap()
            .to_owned();
        Client::new(&office.server.url).with("cookie", &cookie)
    };
    let first = session("password of emma").await;
    admin.patch(&path, json!({"name": "Emma"})).await;
    assert_eq!(
        first.get("/api/v1/me").await.status,
        200,
        "a new name ends nothing"
    );
    admin
        .patch(&path, json!({"password": "another password"}))
        .await;
    assert_eq!(first.get("/api/v1/me").await.status, 401);
    assert_eq!(
        sign_in(&office, "emma", "password of emma").await.status,
        401
    );
    let second = session("another password").await;
    assert_eq!(
        admin.patch(&path, json!({"active": false})).await.json()["active"],
        false
    );
    for client in [&second, &token] {
        assert_eq!(client.get("/api/v1/me").await.status, 401);
    }
    assert_eq!(
        sign_in(&office, "emma", "another password").await.status,
        401
    );
    admin.patch(&path, json!({"active": true})).await;
    assert_eq!(
        second.get("/api/v1/me").await.status,
        401,
        "a session that ended stays so"
    );
    assert_eq!(
        token.get("/api/v1/me").await.status,
        200,
        "a token works again with its user"
    );
    // A user without a password can not sign in, with none whatever.
    admin.post("/api/v1/users", json!({"login": "robot"})).await;
    for password in ["", "robot"] {
        assert_eq!(sign_in(&office, "robot", password).await.status, 401);
    }
}

#[tokio::test]
async fn tokens_are_shown_once_and_revoked_at_once() {
    let office = Office::open(PROGRAM).await;
    let admin = &office.admin;
    let (emma_id, emma) = office.user(json!({"login": "emma"})).await;
    let (chris_id, chris) = office.user(json!({"login": "chris"})).await;
    let made = emma.post("/api/v1/tokens", json!({"name": " CRM "})).await;
    assert_eq!(made.status, 201, "{}", made.text);
    let made = made.json();
    assert_part(&made, &json!({"name": "CRM", "user_id": emma_id}), "made");
    let secret = made["token"].as_str().unwrap();
    assert!(secret.len() >= 27, "{secret}");
    let new = Client::with_token(&office.server.url, secret);
    assert_eq!(new.read("/api/v1/me").await["login"], "emma");

    let ids = async |client: &Client| {
        let list = client.read("/api/v1/tokens").await;
        assert!(!list.to_string().contains(secret), "shown once only");
        let owners = |token: &Value| token["user_id"].as_i64().unwrap();
        list["items"]
            .as_array()
            .unwrap()
            .iter()
            .map(owners)
            .collect::<Vec<_>>()
    };
    assert_eq!(ids(&emma).await, [emma_id, emma_id]);
    assert_eq!(ids(&chris).await, [chris_id]);
    assert_eq!(ids(admin).await.len(), 4, "an administrator sees all");

    let path = format!("/api/v1/tokens/{}", made["id"]);
    assert_problem(&chris.delete(&path).await, 404, "not_found", None);
    assert_eq!(emma.delete(&path).await.status, 204);
    assert_eq!(new.get("/api/v1/me").await.status, 401);
    assert_problem(&emma.delete(&path).await, 404, "not_found", None);
    let for_chris = admin
        .post("/api/v1/tokens", json!({"user_id": chris_id}))
        .await
        .json();
    assert_eq!(for_chris["user_id"], chris_id);
    let path = format!("/api/v1/tokens/{}", for_chris["id"]);
    assert_eq!(
        admin.delete(&path).await.status,
        204,
        "an administrator revokes any"
    );

    assert_problem(
        &emma
            .post("/api/v1/tokens", json!({"user_id": chris_id}))
            .await,
        403,
        "forbidden",
        None,
    );
    assert_problem(
        &admin.post("/api/v1/tokens", json!({"user_id": 5})).await,
        422,
        "invalid",
        Some("user_id"),
    );
    let long = "x".repeat(251);
    assert_problem(
        &emma.post("/api/v1/tokens", json!({"name": long})).await,
        422,
        "invalid",
        Some("name"),
    );
    assert_problem(
        &emma.post("/api/v1/tokens", json!({"token": "mine"})).await,
        422,
        "invalid",
        Some("token"),
    );
    // Tokens go with their user.
    admin.delete(&format!("/api/v1/users/{emma_id}")).await;
    assert_eq!(emma.get("/api/v1/me").await.status, 401);
    assert!(!ids(admin).await.contains(&emma_id));
}

#[tokio::test]
async fn every_change_of_a_user_raises_its_revision() {
    let office = Office::open(PROGRAM).await;
    let admin = &office.admin;
    let (id, emma) = office.user(json!({"login": "emma"})).await;
    let path = format!("/api/v1/users/{id}");
    let made = admin.get(&path).await.header("etag").to_owned();
    let own = emma
        .patch("/api/v1/me", json!({"preferences": {"sound": false}}))
        .await;
    assert_eq!(own.status, 200, "{}", own.text);
    let after_own = admin.get(&path).await.header("etag").to_owned();
    assert_ne!(after_own, made);
    let stale = admin.clone().with("if-match", &made);
    let late = stale.patch(&path, json!({"name": "Emma"})).await;
    assert_problem(&late, 412, "stale", None);
    // The small commands write beside the server, whose next answer to who was refused knows it.
    office.server.ok(&["user", "disable", "emma"], "");
    let stale = admin.clone().with("if-match", &after_own);
    let late = stale.patch(&path, json!({"active": true})).await;
    assert_problem(&late, 412, "stale", None);
    let now = admin.get(&path).await;
    assert_eq!(now.json()["active"], false);
    let fresh = admin.clone().with("if-match", now.header("etag"));
    let changed = fresh.patch(&path, json!({"active": true})).await;
    assert_eq!(changed.status, 200, "{}", changed.text);
    assert_ne!(changed.header("etag"), now.header("etag"));
}

/// Every list takes a limit and a cursor, short ones as well.
#[tokio::test]
async fn short_lists_come_part_by_part() {
    let office = Office::open(PROGRAM).await;
    for name in ["a", "b", "c"] {
        office.pbx(name).await;
        office.user(json!({"login": name})).await;
        let token = office.admin.post("/api/v1/tokens", json!({"name": name}));
        assert_eq!(token.await.status, 201);
    }
    for list in ["users", "tokens", "sources"] {
        let whole = office.admin.read(&format!("/api/v1/{list}")).await;
        let all = whole["items"].as_array().unwrap();
        assert!(all.len() >= 3 && whole["next_cursor"].is_null(), "{list}");
        let (mut found, mut path) = (Vec::new(), format!("/api/v1/{list}?limit=2"));
        loop {
            let part = office.admin.read(&path).await;
            found.extend(part["items"].as_array().unwrap().clone());
            let Some(next) = part["next_cursor"].as_str() else {
                break;
            };
            assert_eq!(found.len() % 2, 0, "{list}");
            path = format!("/api/v1/{list}?limit=2&cursor={next}");
        }
        assert_eq!(&found, all, "{list}");
        for (query, field) in [("limit=501", "limit"), ("cursor=x", "cursor")] {
            let answer = office.admin.get(&format!("/api/v1/{list}?{query}")).await;
            let said = (answer.status.as_u16(), answer.json()["field"].clone());
            assert_eq!(said, (422, json!(field)), "{list} {query}");
        }
    }
}
