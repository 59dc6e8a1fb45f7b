//! What new calls are answered with: the block list, the routing table, and retries.

use offhook_testkit::{FakePbx, Office, assert_part};
use serde_json::{Value, json};

use crate::PROGRAM;
use crate::story::{now, play};

const REJECT: &str = r#"200 {"action":"reject","reason":"busy"}"#;

fn dial(caller_id: &str, number: &str) -> String {
    format!(r#"200 {{"action":"dial","caller_id":"{caller_id}","number":"{number}"}}"#)
}

fn config(blocked: &[&str], routes: &[(&str, &str)], default: &str) -> Value {
    let blocked: Vec<_> = (blocked.iter())
        .map(|caller_id| json!({"caller_id": caller_id, "note": ""}))
        .collect();
    let routes: Vec<_> = (routes.iter())
        .map(|(dest, caller_id)| json!({"dest": dest, "caller_id": caller_id}))
        .collect();
    json!({
        "inbound": {"block_caller_ids": blocked},
        "outbound": {"routing_table": routes, "default_caller_id": default},
    })
}

async fn answered(pbx: &FakePbx, event: &str) -> String {
    let answer = pbx.send(event).await;
    format!("{} {}", answer.status.as_u16(), answer.text)
}

#[tokio::test]
async fn blocked_numbers_are_compared_as_numbers() {
    let office = Office::open(PROGRAM).await;
    let cases = [
        ("491715000000", "491715000000", true),
        ("491715000000", "%2B49 171 5000000", true),
        ("491715000000", "0171/5000000", true),
        ("0171 5000000", "491715000000", true),
        ("+49 (171) 5000000", "00491715000000", true),
        ("491715000000", "4917150000001", false),
        ("491715000000", "49171500000", false),
        ("49171*", "491715000000", true),
        ("49171*", "0171 5000000", true),
        ("49171*", "491725000000", false),
        ("0171*", "491715000000", true),
        ("*0000", "491715000000", true),
        ("491715000000*", "491715000000", false),
        ("*", "anything", true),
        ("anonymous", "Anonymous", true),
        ("anonymous", "anonymous1", false),
        ("spam*", "Spammer", true),
        ("49.715000000", "491715000000", false),
        ("4917150?0000", "491715000000", false),
        ("*", "112", false),
        ("110", "110", false),
        ("110", "%2B49110", false),
        ("", "491715000000", false),
    ];
    for (place, (blocked, from, rejected)) in cases.iter().enumerate() {
        let name = format!("block {place}");
        let pbx = office.pbx_with(&name, config(&[blocked], &[], "")).await;
        let event = format!("event=newCall&direction=in&callId=b&to=4922147&from={from}");
        let expected = if *rejected { REJECT } else { "200 {}" };
        assert_eq!(answered(&pbx, &event).await, expected, "{blocked} {from}");
        // An outbound call is nobody's to reject.
        let event = format!("event=newCall&direction=out&callId=o&to=4922147&from={from}");
        assert_eq!(answered(&pbx, &event).await, "200 {}", "{blocked} {from}");
    }
}

#[tokio::test]
async fn a_blocked_call_is_over_at_once_and_stays_so() {
    let office = Office::open(PROGRAM).await;
    let spam = "event=newCall&direction=in&callId=b&to=4922147&from=491715000000";
    let config_of = |blocked: &[&str]| config(blocked, &[], "");
    let pbx = office
        .pbx_with("office", config_of(&["491715000000"]))
        .await;
    let blocked = json!([{"state": "ended", "cause": "blocked", "missed": false, "done": true,
        "answered_by": null, "waiting_seconds": 0, "talking_seconds": null}]);
    assert_eq!(answered(&pbx, spam).await, REJECT);
    assert_part(&json!(office.calls_of(&pbx).await), &blocked, "at once");
    // The PBX goes on to report what it did.
    pbx.tell(&[
        "event=answer&direction=in&callId=b",
        "event=hangup&direction=in&callId=b&cause=normalClearing",
    ])
    .await;
    assert_part(&json!(office.calls_of(&pbx).await), &blocked, "later");
    // A retry is answered as the first time, though the list is another now.
    office.configure(&pbx, config_of(&[])).await;
    assert_eq!(answered(&pbx, spam).await, REJECT);
    assert_part(&json!(office.calls_of(&pbx).await), &blocked, "again");
    // Another call with that id is judged by the new one.
    let other = "event=newCall&direction=in&callId=b&to=4922148&from=491715000000";
    assert_eq!(answered(&pbx, other).await, "200 {}");
    // And what began before it was blocked goes on.
    office.configure(&pbx, config_of(&["491715000000"])).await;
    assert_eq!(answered(&pbx, other).await, "200 {}");
    assert_eq!(office.calls_of(&pbx).await[1]["state"], "ringing");
}

#[tokio::test]
async fn an_entry_of_the_block_list_may_end() {
    let office = Office::open(PROGRAM).await;
    for (until, expected) in [
        ("2020-01-01T00:00:00Z", "200 {}"),
        ("2020-01-01", "200 {}"),
        ("2199-01-01T00:00:00Z", REJECT),
    ] {
        let config = json!({"outbound": {"default_caller_id": ""},
            "inbound": {"block_caller_ids": [{"caller_id": "4917150", "expires_at": until}]}});
        let pbx = office.pbx_with(until, config).await;
        let event = "event=newCall&direction=in&callId=b&to=4922147&from=4917150";
        assert_eq!(answered(&pbx, event).await, expected, "{until}");
    }
}

#[tokio::test]
async fn the_routing_table_gives_the_caller_id() {
    let office = Office::open(PROGRAM).await;
    let documented = [("4989*", "498999998145"), ("4930*", "493023125877")];
    let default = "496990009111";
    // Patterns, the default, the number dialled, the caller ID shown (none: no change).
    type Case<'c> = (&'c [(&'c str, &'c str)], &'c str, &'c str, &'c str);
    let cases: &[Case<'_>] = &[
        (&documented, default, "498920002000", "498999998145"),
        (&documented, default, "493055571600", "493023125877"),
        (&documented, default, "431234567890", default),
        (&documented, default, "030 55571600", "493023125877"),
        (&documented, default, "%2B49 30 55571600", "493023125877"),
        (&documented, default, "4930", default),
        (&documented, "", "431234567890", ""),
        (&[], default, "431234567890", default),
        (&[], default, "201", default),
        (&[], default, "112", ""),
        (&[], default, "110", ""),
        (&[], default, "%2B49112", ""),
        (&[("*", "1234")], default, "110", ""),
        (&[("*", "1234")], default, "support", "1234"),
        (
            &[("*", "1234"), ("4930*", "5678")],
            default,
            "4930555",
            "1234",
        ),
        (&[("4930*", ""), ("*", "1234")], default, "4930555", ""),
        (&[("+43 (1) *", "4311")], "", "00431234567", "4311"),
        (&[("030*", "4930")], "", "493055571600", "4930"),
        (&[("030*", "4930")], "", "4989555716", ""),
        (&[("4930.*", "4930")], "", "493055571600", "4930"),
        (&[("49[0-9]*", "4930")], "", "493055571600", ""),
        (&[("sip:*@host", "4930")], "", "sip:emma@host", "4930"),
        (&[], default, "", ""),
    ];
    for (place, (routes, default, to, shown)) in cases.iter().enumerate() {
        let name = format!("route {place}");
        let pbx = office.pbx_with(&name, config(&[], routes, default)).await;
        let event = format!("event=newCall&direction=out&callId=r&from=492214710334&to={to}");
        let sent = to.replace("%2B", "+");
        let expected = match *shown {
            "" => "200 {}".to_owned(),
            shown => dial(shown, &sent),
        };
        assert_eq!(
            answered(&pbx, &event).await,
            expected,
            "{routes:?} {default} {to}"
        );
        let from = if shown.is_empty() {
            "492214710334"
        } else {
            shown
        };
        assert_part(
            &json!(office.calls_of(&pbx).await),
            &json!([{"direction": "out", "done": true, "queue": from,
                "from": {"number": from}, "to": {"number": sent}}]),
            &name,
        );
        // Inbound calls are put through as they are.
        let inbound = format!("event=newCall&direction=in&callId=i&from=1&to={to}");
        assert_eq!(answered(&pbx, &inbound).await, "200 {}", "{to}");
    }
}

#[tokio::test]
async fn a_retry_of_an_outbound_call_gets_the_first_caller_id() {
    let office = Office::open(PROGRAM).await;
    let pbx = office
        .pbx_with("office", config(&[], &[], "49300001"))
        .await;
    let with_id = "event=newCall&direction=out&callId=r&from=492214710334&to=4989200";
    let without = "event=newCall&direction=out&from=492214710335&to=4989201";
    let now = now();
    let first = [with_id, without];
    for (event, to) in first.into_iter().zip(["4989200", "4989201"]) {
        let expected = dial("49300001", to);
        play(&pbx, now, &format!("{event} -> {expected}"), "first").await;
        office.configure(&pbx, config(&[], &[], "49300002")).await;
        play(&pbx, now, &format!("{event} -> {expected}"), "retry").await;
        office.configure(&pbx, config(&[], &[], "49300001")).await;
    }
    // Also after its end, within the minute.
    play(&pbx, now, "event=hangup&callId=r&direction=out", "end").await;
    office.configure(&pbx, config(&[], &[], "")).await;
    let late = format!("{with_id} -> {}", dial("49300001", "4989200"));
    play(&pbx, now, &late, "late retry").await;
    assert_part(
        &json!(office.calls_of(&pbx).await),
        &json!([{"from": {"number": "49300001"}, "state": "ended"},
            {"from": {"number": "49300001"}, "state": "ringing"}]),
        "two calls",
    );
    // The hangup of a call without an id finds it by the number that the PBX sent.
    play(
        &pbx,
        now,
        "event=hangup&direction=out&from=492214710335&to=4989201",
        "end",
    )
    .await;
    assert_eq!(office.calls_of(&pbx).await[1]["state"], "ended");
}

#[tokio::test]
async fn the_country_says_what_national_numbers_are() {
    let office = Office::open(PROGRAM).await;
    let pbx = office
        .pbx_with("office", config(&["0171 5000000"], &[], ""))
        .await;
    let from =
        |number: &str| format!("event=newCall&direction=in&callId={number}&to=1&from={number}");
    let swiss = "%2B41 171 5000000";
    assert_eq!(answered(&pbx, &from("%2B491715000000")).await, REJECT);
    assert_eq!(answered(&pbx, &from(swiss)).await, "200 {}");
    pbx.tell(&[&from("030 55571600")]).await;
    let changed = office
        .admin
        .patch("/api/v1/settings", json!({"country": "AT"}))
        .await;
    assert_eq!(changed.status, 200, "{}", changed.text);
    // Another call: with the old id it would be a retry.
    pbx.tell(&[&from("01 5340500"), &from("%2B49171 5000000")])
        .await;
    let calls = office.calls_of(&pbx).await;
    assert_part(
        &json!(calls),
        &json!([{"cause": "blocked"}, {}, {"from": {"e164": "493055571600"}},
            {"from": {"e164": "4315340500", "pretty": "+43 1 5340500"}}, {"state": "ringing"}]),
        "by country",
    );
    // Emergency numbers are those of the country: 144 is one in Austria.
    office.configure(&pbx, config(&["*"], &[], "4315340")).await;
    for number in ["112", "144"] {
        let out = format!("event=newCall&direction=out&callId=o{number}&from=1&to={number}");
        assert_eq!(answered(&pbx, &out).await, "200 {}", "{number}");
    }
}
