//! Signing in and out, who am I, and what protects it.

use offhook_testkit::{Answer, Client, Office, assert_part};
use serde_json::{Value, json};

use crate::PROGRAM;

async fn sign_in(client: &Client, login: &str, password: &str) -> Answer {
    let body = json!({"login": login, "password": password});
    client.post("/api/v1/session", body).await
}

/// The cookie of a sign-in, `name=value`.
fn cookie(answer: &Answer) -> String {
    let set = answer.header("set-cookie");
    set.split(';').next().unwrap_or_default().to_owned()
}

fn problem(answer: &Answer, status: u16, code: &str) {
    assert_eq!(answer.status.as_u16(), status, "{}", answer.text);
    assert_eq!(answer.header("content-type"), "application/problem+json");
    let problem = answer.json();
    assert_part(
        &problem,
        &json!({"type": "about:blank", "status": status, "code": code}),
        code,
    );
    assert!(
        problem["title"].is_string() && problem["error"].is_string(),
        "{problem}"
    );
    assert_eq!(problem["error"], problem["detail"]);
}

#[tokio::test]
async fn sign_in_and_out() {
    let office = Office::open(PROGRAM).await;
    let draft =
        json!({"login": "emma", "name": "Emma Taylor", "email": "e@x.de", "phones": ["201"]});
    let (id, _) = office.user(draft).await;
    let nobody = Client::new(&office.server.url);
    let answer = sign_in(&nobody, "Emma", "password of emma").await;
    assert_eq!(answer.status, 201, "{}", answer.text);
    let me = json!({"id": id, "login": "emma", "name": "Emma Taylor", "email": "e@x.de", "phones": ["201"],
        "role": "agent", "preferences": {"phone": true, "sound": true, "notifications": true, "language": null, "theme": null,
            "pop": ["answer"], "compact": false, "single_keys": true}});
    assert_part(&answer.json(), &me, "who signed in");
    let set = answer.header("set-cookie").to_owned();
    let attributes: Vec<&str> = set.split("; ").skip(1).collect();
    for attribute in ["HttpOnly", "SameSite=Lax", "Path=/", "Max-Age=1209600"] {
        assert!(attributes.contains(&attribute), "{set}");
    }
    // Over plain http a Secure cookie would never come back.
    assert!(
        set.starts_with("offhook=") && !set.contains("Secure") && !set.contains("Domain"),
        "{set}"
    );
    let token = cookie(&answer).split_once('=').unwrap().1.to_owned();
    assert!(token.len() >= 27, "{token}");
    assert!(
        !answer.text.contains(&token),
        "the token is in the cookie alone"
    );

    let emma = nobody
        .clone()
        .with("cookie", &format!("a=b; {}; c=d", cookie(&answer)));
    assert_part(&emma.read("/api/v1/me").await, &me, "me");
    // A token in Authorization comes before the cookie, also a wrong one.
    problem(
        &emma
            .clone()
            .with("authorization", "Bearer abc")
            .get("/api/v1/me")
            .await,
        401,
        "unauthorized",
    );
    // A session is no API token.
    problem(
        &Client::with_token(&office.server.url, &token)
            .get("/api/v1/me")
            .await,
        401,
        "unauthorized",
    );

    let other = office.session("emma").await;
    let out = emma.delete("/api/v1/session").await;
    assert_eq!(out.status, 204);
    let cleared = out.header("set-cookie");
    assert!(
        cleared.starts_with("offhook=;") && cleared.contains("Max-Age=0"),
        "{cleared}"
    );
    problem(&emma.get("/api/v1/me").await, 401, "unauthorized");
    problem(&emma.delete("/api/v1/session").await, 401, "unauthorized");
    assert_eq!(
        other.get("/api/v1/me").await.status,
        200,
        "another session goes on"
    );

    for (login, password) in [
        ("emma", "wrong password"),
        ("nobody", "password of emma"),
        ("emma", ""),
        ("", ""),
    ] {
        problem(
            &sign_in(&nobody, login, password).await,
            401,
            "wrong_password",
        );
    }
    for body in [
        json!({}),
        json!({"login": "emma"}),
        json!({"login": 1, "password": "x"}),
    ] {
        problem(&nobody.post("/api/v1/session", body).await, 422, "invalid");
    }
}

#[tokio::test]
async fn failures_are_throttled_per_account_and_address() {
    let office = Office::open_with(PROGRAM, &["--trusted-proxy", "127.0.0.1"]).await;
    office.user(json!({"login": "emma"})).await;
    office.user(json!({"login": "chris"})).await;
    let from = |address: &str| Client::new(&office.server.url).with("x-forwarded-for", address);
    let here = from("192.0.2.1");
    for _ in 0..5 {
        problem(
            &sign_in(&here, "emma", "wrong password").await,
            401,
            "wrong_password",
        );
    }
    for login in ["emma", " EMMA "] {
        let refused = sign_in(&here, login, "password of emma").await;
        problem(&refused, 429, "throttled");
        let seconds: u32 = refused.header("retry-after").parse().unwrap();
        assert!((1..=300).contains(&seconds), "{seconds}");
    }
    assert_eq!(
        sign_in(&here, "chris", "password of chris").await.status,
        201
    );
    assert_eq!(
        sign_in(&from("192.0.2.2"), "emma", "password of emma")
            .await
            .status,
        201
    );
    // What stands left of the nearest proxy anybody may have written.
    let spoofed = from("192.0.2.9, 192.0.2.1");
    problem(
        &sign_in(&spoofed, "emma", "password of emma").await,
        429,
        "throttled",
    );
    // The present password is asked for in the same way.
    let emma = Client::new(&office.server.url);
    let answer = sign_in(&emma, "emma", "password of emma").await;
    let emma = emma
        .with("cookie", &cookie(&answer))
        .with("x-forwarded-for", "192.0.2.1");
    let change = json!({"password": "a new password", "current_password": "password of emma"});
    problem(&emma.patch("/api/v1/me", change).await, 429, "throttled");
}

#[tokio::test]
async fn behind_https_the_cookie_is_secure_and_forwarded_headers_count_from_proxies_alone() {
    let proxied = Office::open_with(PROGRAM, &["--trusted-proxy", "127.0.0.0/8"]).await;
    let direct = Office::open(PROGRAM).await;
    for (office, proto, secure) in [
        (&proxied, "https", true),
        (&proxied, "http", false),
        (&direct, "https", false),
    ] {
        let client = Client::new(&office.server.url).with("x-forwarded-proto", proto);
        let answer = sign_in(&client, "admin", "password of admin").await;
        assert_eq!(answer.status, 201);
        let set = answer.header("set-cookie");
        assert_eq!(set.starts_with("__Host-offhook="), secure, "{set}");
        assert_eq!(set.contains("; Secure"), secure, "{set}");
        assert!(set.contains("HttpOnly") && set.contains("Path=/"), "{set}");
        let admin = client.with("cookie", &cookie(&answer));
        assert_eq!(admin.get("/api/v1/me").await.status, 200);
    }
    // Whoever comes through a proxy is not this machine itself.
    let far = Client::new(&proxied.server.url).with("x-forwarded-for", "192.0.2.1");
    problem(&far.get("/metrics").await, 401, "unauthorized");
    let (_, agent) = proxied.user(json!({"login": "emma"})).await;
    let agent = agent.with("x-forwarded-for", "192.0.2.1");
    problem(&agent.get("/metrics").await, 403, "forbidden");
    let admin = proxied.admin.clone().with("x-forwarded-for", "192.0.2.1");
    assert_eq!(admin.get("/metrics").await.status, 200);
    assert_eq!(
        Client::new(&direct.server.url).get("/metrics").await.status,
        200
    );
    for path in ["/healthz"] {
        assert_eq!(far.get(path).await.status, 200, "{path} is for anyone");
    }
}

#[tokio::test]
async fn cross_site_requests_are_refused() {
    let office = Office::open(PROGRAM).await;
    let (_, token) = office.user(json!({"login": "emma"})).await;
    let emma = office.session("emma").await;
    let own = office.server.url.clone();
    let cases: &[(&[(&str, &str)], bool)] = &[
        (&[], true),
        (&[("sec-fetch-site", "same-origin")], true),
        (&[("sec-fetch-site", "none")], true),
        (&[("sec-fetch-site", "cross-site")], false),
        (&[("sec-fetch-site", "same-site")], false),
        (&[("origin", &own)], true),
        (&[("origin", "https://evil.example")], false),
        (&[("origin", "null")], false),
        (&[("sec-fetch-site", "cross-site"), ("origin", &own)], false),
    ];
    for (headers, fine) in cases {
        let with = |client: &Client| {
            headers
                .iter()
                .fold(client.clone(), |client, (name, value)| {
                    client.with(name, value)
                })
        };
        let change = || json!({"preferences": {"phone": true}});
        let answer = with(&emma).patch("/api/v1/me", change()).await;
        if *fine {
            assert_eq!(answer.status, 200, "{headers:?}");
        } else {
            problem(&answer, 403, "cross_site");
            problem(
                &with(&emma).delete("/api/v1/session").await,
                403,
                "cross_site",
            );
            problem(
                &with(&emma)
                    .post("/api/v1/contacts", json!({"name": "x"}))
                    .await,
                403,
                "cross_site",
            );
        }
        let signed_in = sign_in(&with(&Client::new(&own)), "emma", "password of emma").await;
        assert_eq!(
            signed_in.status,
            if *fine { 201 } else { 403 },
            "{headers:?}"
        );
        // Reading changes nothing, and a token is not sent by a browser on its own.
        assert_eq!(
            with(&emma).get("/api/v1/me").await.status,
            200,
            "{headers:?}"
        );
        assert_eq!(
            with(&token).patch("/api/v1/me", change()).await.status,
            200,
            "{headers:?}"
        );
    }
    // Nobody else's page may read an answer.
    let read = emma
        .with("origin", "https://evil.example")
        .get("/api/v1/me")
        .await;
    assert_eq!(read.header("access-control-allow-origin"), "");
}

#[tokio::test]
async fn my_preferences_and_my_password() {
    let office = Office::open(PROGRAM).await;
    let (_, token) = office.user(json!({"login": "emma"})).await;
    let here = office.session("emma").await;
    let there = office.session("emma").await;
    let me = "/api/v1/me";
    let changed = here
        .patch(
            me,
            json!({"preferences": {"phone": false, "language": "de", "columns": ["a"]}}),
        )
        .await;
    let expected =
        json!({"preferences": {"phone": false, "sound": true, "language": "de", "columns": ["a"]}});
    assert_part(&changed.json(), &expected, "preferences");
    here.patch(me, json!({"preferences": {"sound": false}}))
        .await;
    let expected = json!({"preferences": {"phone": false, "sound": false, "language": "de", "columns": ["a"]}});
    assert_part(&there.read(me).await, &expected, "what was not named stays");
    let page = json!({"theme": "dark", "language": null, "notifications": false, "compact": true,
        "single_keys": false, "pop": ["outgoing", "ring", "ring"]});
    let changed = here.patch(me, json!({"preferences": page})).await;
    let mut page = page;
    page["pop"] = json!(["ring", "outgoing"]);
    assert_part(&changed.json()["preferences"], &page, "the page's");
    let long = "x".repeat(20_000);
    let right = "password of emma";
    let new = "a new password";
    for (body, field) in [
        (
            json!({"preferences": {"phone": "yes"}}),
            Some("preferences.phone"),
        ),
        (
            json!({"preferences": {"theme": "pink"}}),
            Some("preferences.theme"),
        ),
        (
            json!({"preferences": {"language": "xx"}}),
            Some("preferences.language"),
        ),
        (
            json!({"preferences": {"pop": ["ring", "never"]}}),
            Some("preferences.pop[1]"),
        ),
        (json!({"preferences": {"more": long}}), Some("preferences")),
        (json!({"role": "admin"}), None),
        (json!({"password": new}), Some("current_password")),
        (
            json!({"password": new, "current_password": "wrong password"}),
            Some("current_password"),
        ),
        (
            json!({"password": "short", "current_password": right}),
            Some("password"),
        ),
        (
            json!({"password": long, "current_password": right}),
            Some("password"),
        ),
        // All or nothing.
        (
            json!({"password": new, "current_password": right, "preferences": {"phone": 1}}),
            Some("preferences.phone"),
        ),
    ] {
        let answer = here.patch(me, body.clone()).await;
        problem(&answer, 422, "invalid");
        if let Some(field) = field {
            assert_eq!(answer.json()["field"], field, "{body}");
        }
    }
    assert_eq!(there.read(me).await["role"], "agent");

    let changed = here
        .patch(me, json!({"password": new, "current_password": right}))
        .await;
    assert_eq!(changed.status, 200, "{}", changed.text);
    assert_eq!(
        here.get(me).await.status,
        200,
        "the session that changed it goes on"
    );
    problem(&there.get(me).await, 401, "unauthorized");
    assert_eq!(token.get(me).await.status, 200, "tokens are not passwords");
    let nobody = Client::new(&office.server.url);
    problem(
        &sign_in(&nobody, "emma", right).await,
        401,
        "wrong_password",
    );
    assert_eq!(sign_in(&nobody, "emma", new).await.status, 201);
}

#[tokio::test]
async fn credentials_in_every_spelling_and_none() {
    let office = Office::open(PROGRAM).await;
    let (_, emma) = office.user(json!({"login": "emma"})).await;
    let token = office
        .admin
        .post("/api/v1/tokens", json!({"name": "x"}))
        .await
        .json();
    let token = token["token"].as_str().unwrap();
    let nobody = Client::new(&office.server.url);
    for (value, status) in [
        (format!("Bearer {token}"), 200),
        (format!("bearer {token}"), 200),
        (format!("Token token={token}"), 200),
        (format!("Token token=\"{token}\""), 200),
        (format!("token token={token}"), 200),
        (format!("Bearer {token}x"), 401),
        (format!("Token {token}"), 401),
        (format!("Basic {token}"), 401),
        (token.to_owned(), 401),
        ("Bearer".to_owned(), 401),
        ("Bearer ".to_owned(), 401),
    ] {
        let answer = nobody
            .clone()
            .with("authorization", &value)
            .get("/api/v1/me")
            .await;
        assert_eq!(answer.status, status, "{value}");
    }
    let query = nobody.get(&format!("/api/v1/me?token={token}")).await;
    problem(&query, 401, "unauthorized");
    // An agent is known, and has not the right.
    let admin_only: &[(&str, &str)] = &[
        ("get", "/api/v1/users"),
        ("post", "/api/v1/users"),
        ("get", "/api/v1/users/1000000"),
        ("patch", "/api/v1/users/1000000"),
        ("delete", "/api/v1/users/1000000"),
        ("get", "/api/v1/sources"),
        ("post", "/api/v1/sources"),
        ("get", "/api/v1/sources/1"),
        ("patch", "/api/v1/sources/1"),
        ("delete", "/api/v1/sources/1"),
        ("put", "/api/v1/sources/1/config"),
        ("post", "/api/v1/sources/1/blocked"),
        ("delete", "/api/v1/sources/1/blocked?caller_id=1"),
        ("post", "/api/v1/sources/1/rotate"),
        ("get", "/api/v1/requests"),
        ("get", "/api/v1/settings"),
        ("patch", "/api/v1/settings"),
    ];
    for (method, path) in admin_only {
        problem(
            &emma.send_json(method, path, json!({})).await,
            403,
            "forbidden",
        );
        problem(
            &nobody.send_json(method, path, json!({})).await,
            401,
            "unauthorized",
        );
    }
    // What does not exist, and methods that do not.
    for path in [
        "/api",
        "/api/v1",
        "/api/v1/nothing",
        "/api/v1/calls/1/nothing",
    ] {
        problem(&emma.get(path).await, 404, "not_found");
    }
    for (method, path) in [
        ("put", "/api/v1/calls"),
        ("delete", "/api/v1/me"),
        ("post", "/api/v1/settings"),
    ] {
        let answer = emma.send_json(method, path, Value::Null).await;
        problem(&answer, 405, "method_not_allowed");
        assert!(answer.header("allow").contains("GET"), "{path}");
    }
}
