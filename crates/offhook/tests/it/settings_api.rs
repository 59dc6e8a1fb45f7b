//! Settings: their values, and what they do.

use offhook_testkit::{Office, assert_part};
use serde_json::json;

use crate::PROGRAM;
use crate::story::{now, play};

#[tokio::test]
async fn defaults_changes_and_refusals() {
    let office = Office::open(PROGRAM).await;
    let admin = &office.admin;
    let path = "/api/v1/settings";
    let defaults = json!({"country": "DE", "time_zone": "Europe/Berlin", "view_limit": 60,
        "retention_days": 365, "requests_days": 30, "lost_ringing_minutes": 60,
        "lost_answered_hours": 12, "pop_url_template": null, "public_url": null});
    assert_eq!(admin.read(path).await, defaults);
    let change = json!({"country": "at", "retention_days": 0, "pop_url_template": "https://crm/?n={number}"});
    let changed = admin.patch(path, change).await;
    assert_eq!(changed.status, 200, "{}", changed.text);
    let expected = json!({"country": "AT", "retention_days": 0, "view_limit": 60,
        "pop_url_template": "https://crm/?n={number}"});
    assert_part(&changed.json(), &expected, "changed");
    assert_eq!(admin.read(path).await, changed.json());
    for (body, field) in [
        (json!({"country": "Germany"}), "country"),
        (json!({"country": "XX"}), "country"),
        (json!({"country": null}), ""),
        (json!({"time_zone": "Berlin"}), "time_zone"),
        (json!({"time_zone": ""}), "time_zone"),
        (json!({"view_limit": 0}), "view_limit"),
        (json!({"view_limit": 1001}), "view_limit"),
        (json!({"view_limit": "60"}), "view_limit"),
        (json!({"retention_days": -1}), "retention_days"),
        (json!({"requests_days": 36_501}), "requests_days"),
        (json!({"lost_ringing_minutes": 0}), "lost_ringing_minutes"),
        (json!({"lost_answered_hours": 0}), "lost_answered_hours"),
        (
            json!({"pop_url_template": "javascript:alert(1)"}),
            "pop_url_template",
        ),
        (json!({"pop_url_template": "//crm/"}), "pop_url_template"),
        (json!({"public_url": "cti.example.com"}), "public_url"),
        (json!({"public_url": 5}), "public_url"),
        (json!({"volume": 11}), "volume"),
        (json!({"view_limit": 70, "country": "XX"}), "country"),
    ] {
        let answer = admin.patch(path, body.clone()).await;
        if field.is_empty() {
            // Null changes nothing where there is no nothing.
            assert!([200, 422].contains(&answer.status.as_u16()), "{body}");
            continue;
        }
        assert_eq!(answer.status, 422, "{body}: {}", answer.text);
        assert_part(
            &answer.json(),
            &json!({"code": "invalid", "field": field}),
            &body.to_string(),
        );
    }
    assert_eq!(
        admin.read(path).await,
        changed.json(),
        "nothing of a refused change is kept"
    );
    let cleared = admin
        .patch(
            path,
            json!({"pop_url_template": null, "country": "DE", "retention_days": 365}),
        )
        .await;
    assert_eq!(cleared.json(), defaults);
}

#[tokio::test]
async fn a_call_that_never_hears_its_end_is_lost() {
    let mut office = Office::open(PROGRAM).await;
    let settings = json!({"lost_ringing_minutes": 30, "lost_answered_hours": 2});
    office.admin.patch("/api/v1/settings", settings).await;
    let pbx = office.pbx("office").await;
    let at = now();
    for line in [
        "event=newCall&callId=a&direction=in&from=4940551&to=22&timestamp=AGO(1810)",
        "event=newCall&callId=b&direction=in&from=4940552&to=22&timestamp=AGO(1700)",
        "event=newCall&callId=c&direction=out&from=22&to=4940553&timestamp=AGO(1810)",
        "event=newCall&callId=d&direction=in&from=4940554&to=22&timestamp=AGO(7300)",
        "event=answer&callId=d&timestamp=AGO(7250)",
        "event=newCall&callId=e&direction=in&from=4940555&to=22&timestamp=AGO(9000)",
        "event=answer&callId=e&timestamp=AGO(7100)",
        "event=newCall&callId=f&direction=in&from=4940556&to=22&timestamp=AGO(8000)",
        "event=answer&callId=f&user=voicemail&timestamp=AGO(7990)",
    ] {
        play(&pbx, at, line, "lost calls").await;
    }
    // The job runs at the start and every quarter of a minute.
    assert!(office.server.stop().await.success());
    office.server.restart().await;
    office.admin = office.server.client_of("admin");
    let expected = json!([
        {"call_id": "a", "state": "ended", "cause": "lost", "missed": true, "done": false},
        {"call_id": "b", "state": "ringing"},
        {"call_id": "c", "state": "ended", "cause": "lost", "missed": false, "done": true},
        {"call_id": "d", "state": "ended", "cause": "lost", "missed": false, "done": true},
        {"call_id": "e", "state": "answered"},
        {"call_id": "f", "state": "ended", "cause": "lost", "missed": true, "done": false},
    ]);
    office
        .admin
        .once_told("calls are lost", async || {
            let calls = office.calls_of(&pbx).await;
            let lost = calls.iter().filter(|call| call["cause"] == "lost");
            (lost.count() == 4).then_some(())
        })
        .await;
    assert_part(&json!(office.calls_of(&pbx).await), &expected, "lost calls");
    // A true hangup that still comes wins.
    let hangup = format!("{}{}", office.server.url, pbx.path);
    pbx.client
        .form(&hangup, "event=hangup&callId=d&cause=busy")
        .await;
    assert_part(
        &office.calls_of(&pbx).await[3],
        &json!({"cause": "busy"}),
        "heard after all",
    );
}
