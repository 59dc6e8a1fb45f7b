//! The XML endpoints: sipgate.io and Placetel (facts/zammad-cti.md 2).

use offhook_testkit::{FakePbx, Office, assert_part};
use serde_json::{Value, json};

use crate::PROGRAM;

/// The sample of sipgate/pushapi-request-verifier, and its signature.
const SIPGATE_BODY: &str = "event=newCall&direction=in&from=491776249000&to=4928559389086\
    &callId=54566B150B0C0D3A5D534D5F565D7C5F54535A5C5B53525A7E5B5D5745504457444C425D5057\
    &origCallId=54566B150B0C0D3A5D534D5F565D7C5F54535A5C5B53525A7E5B5D5745504457444C425D5057\
    &user%5B%5D=&xcid=8419b3450b75cd19";
const SIPGATE_SIGNATURE: &str = "\
    DFWZPUEqJc3Jrn90Hu7NcSeAeL/7/0eDik7C2xpwc26OqB5nu4Irbo3LJ6qyRnbYyq2OnsN7u9gGc89yXWZ6Nb\
    tKmKprDG0Ony3Bm/Oxpf2dYPziHUz4uXoio03T6LeUzAOZ/N4LajzgLIepvbvUJ/vjPAiJvG7NMxllSNjjsiXQ\
    qDIvS5smeXhbfamVuK/RheICMfpL0/qybDMLiOj0fw5whJE+Sz3t2a/8GndjsvVeA7BoMZeP8B2klMrZHmbaJl\
    fteU/csEWBAq3c6gbt4oaMlPFkp7IS50b4GJAkqrtllvYPhpRN2OhDa68TOfeTMs5wV+mGwuM6jM6vVDF2tC6R\
    9uqepaCBNaXvpr/dOJoc9qava3HN77plOeGKSbX88OEZl22bI/wTqn3lmwQgqbcd+k1Pt0LsAPuGQxvjseKank\
    Kvsvm8UuxboxLhnZIbd4DvIjokiKY701yV26vfaD6nan8EOnUA5wVdmNM+HQhSWBZvW32kB3xvVhdVjnNfELGv\
    Zc/1IedHZ3KmFNBIxXuY0eQlsfdt1WAuFT3oDfEoMryahAoakjIFUk6nlLHX0UnqS7fGXXx5AIvkIssxXP2iSg\
    1ij1bsZJ/HmpyZInU9p7n1xMuXl/YD/Q8ITdCnHdKpcKznHEpAhRwG+gnF4rl/FZqAk8I1l+6p+wVRdWQ=";

/// The vector that Placetel publishes, for the secret `12345`.
const PLACETEL_BODY: &str = "call_id=4a4cbb39578170aed9a2761a7bec8c7e704a541f52291ef603d6f5f152980c3c\
    &event=CallAccepted&from=0123456789&to=0987654321";
const PLACETEL_SIGNATURE: &str = "c4f823c5b8806432fe2b83b1fc2ee714422e0cdfb4b5129152a7d0bbcd7792d0";

const HEAD: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n";

fn rules(more: &Value) -> Value {
    let mut config = json!({"inbound": {"block_caller_ids": [{"caller_id": "491715000000"}]},
        "outbound": {"routing_table": [{"dest": "4989*", "caller_id": "4930777000000"}], "default_caller_id": ""}});
    config
        .as_object_mut()
        .unwrap()
        .extend(more.as_object().unwrap().clone());
    config
}

async fn source(office: &Office, kind: &str, more: Value) -> FakePbx {
    office
        .pbx_of(json!({"name": kind, "kind": kind, "config": rules(&more)}))
        .await
}

async fn answered(pbx: &FakePbx, event: &str) -> String {
    let answer = pbx.send(event).await;
    assert_eq!(
        answer.header("content-type"),
        "application/xml; charset=utf-8",
        "{event}"
    );
    format!("{} {}", answer.status.as_u16(), answer.text)
}

#[tokio::test]
async fn sipgate_is_answered_byte_for_byte() {
    let office = Office::open(PROGRAM).await;
    let pbx = source(&office, "sipgate", json!({})).await;
    let base = format!("{}/api/v1/sipgate/{}", office.server.url, pbx.token());
    let response = |way: &str, inside: &str| {
        let root = format!("Response onHangup=\"{base}/{way}\" onAnswer=\"{base}/{way}\"");
        if inside.is_empty() {
            format!("200 {HEAD}<{root}/>\n")
        } else {
            format!("200 {HEAD}<{root}>\n{inside}</Response>\n")
        }
    };
    let reject = "  <Reject reason=\"busy\"/>\n";
    let dial = "  <Dial callerId=\"4930777000000\">\n    <Number>4989123</Number>\n  </Dial>\n";
    let error =
        |text: &str| format!("422 {HEAD}<Response>\n  <Error>{text}</Error>\n</Response>\n");
    let out = FakePbx {
        url: pbx.url.replace("/in", "/out"),
        ..pbx.clone()
    };
    for (pbx, event, expected) in [
        (
            &pbx,
            "event=newCall&direction=in&from=492111&to=4922&callId=a&user[]=Emma&userId[]=w0",
            response("in", ""),
        ),
        (
            &pbx,
            "event=newCall&direction=in&from=491715000000&to=4922&callId=b",
            response("in", reject),
        ),
        (
            &out,
            "event=newCall&direction=out&from=4922&to=4989123&callId=c",
            response("out", dial),
        ),
        (
            &out,
            "event=newCall&direction=out&from=4922&to=4940123&callId=d",
            response("out", ""),
        ),
        // The parameter beats the path, which counts where there is none.
        (
            &pbx,
            "event=newCall&direction=out&from=4922&to=4940124&callId=e",
            response("out", ""),
        ),
        (
            &out,
            "event=newCall&from=4922&to=4940125&callId=f",
            response("out", ""),
        ),
        (
            &pbx,
            "event=answer&callId=a&user=Emma&answeringNumber=201",
            response("in", ""),
        ),
        (
            &pbx,
            "event=hangup&callId=a&cause=normalClearing&direction=in",
            response("in", ""),
        ),
        (
            &pbx,
            "event=hangup&callId=unknown&cause=cancel&from=492112&to=4922",
            response("in", ""),
        ),
        (&pbx, "event=dtmf&dtmf=5&callId=a", response("in", "")),
        (
            &pbx,
            "event=newCall&direction=sideways",
            error("Invalid 'direction'!"),
        ),
        (
            &pbx,
            "event=ring&direction=in",
            error("Invalid 'event' &quot;ring&quot;! Send one of newCall, answer, hangup, dtmf."),
        ),
    ] {
        assert_eq!(answered(pbx, event).await, expected, "{event}");
    }
    assert_part(
        &json!(office.calls_of(&pbx).await),
        &json!([
            {"call_id": "a", "state": "ended", "missed": false, "to": {"name": "Emma"}, "answered_by": {"number": "201"}},
            {"call_id": "b", "cause": "blocked"},
            {"call_id": "c", "direction": "out", "from": {"number": "4930777000000"}},
            {"call_id": "d", "direction": "out"},
            {"call_id": "e", "direction": "out"},
            {"call_id": "f", "direction": "out"},
            {"call_id": "unknown", "direction": "in", "missed": true},
        ]),
        "the calls",
    );
}

#[tokio::test]
async fn the_callback_is_what_we_call_ourselves() {
    let plain = Office::open(PROGRAM).await;
    let proxied = Office::open_with(PROGRAM, &["--trusted-proxy", "127.0.0.1"]).await;
    let flagged = Office::open_with(PROGRAM, &["--public-url", "https://flag.example.com/"]).await;
    let event = "event=newCall&direction=in&from=492111&to=4922&callId=a";
    let https = ("x-forwarded-proto", "https");
    let forwarded = ("x-forwarded-for", "192.0.2.1");
    let host = ("host", "cti.example.com");
    type Case<'c> = (&'c Office, Vec<(&'c str, &'c str)>, Value, &'c str);
    let cases: Vec<Case<'_>> = vec![
        (&plain, vec![host], json!(null), "http://cti.example.com"),
        (
            &plain,
            vec![host, https],
            json!(null),
            "http://cti.example.com",
        ),
        (
            &plain,
            vec![("host", "a\"b")],
            json!(null),
            &plain.server.url,
        ),
        (
            &proxied,
            vec![host, https, forwarded],
            json!(null),
            "https://cti.example.com",
        ),
        (
            &proxied,
            vec![host, https, forwarded],
            json!("https://set.example.com/cti"),
            "https://set.example.com/cti",
        ),
        (
            &plain,
            vec![host],
            json!("https://set.example.com/"),
            "https://set.example.com",
        ),
        (
            &flagged,
            vec![host],
            json!("https://set.example.com/"),
            "https://flag.example.com",
        ),
    ];
    for (place, (office, headers, setting, expected)) in cases.into_iter().enumerate() {
        let draft = json!({"name": format!("sipgate {place}"), "kind": "sipgate"});
        let mut pbx = office.pbx_of(draft).await;
        office
            .admin
            .patch("/api/v1/settings", json!({"public_url": setting}))
            .await;
        for (name, value) in &headers {
            pbx = pbx.with(name, value);
        }
        let url = format!("{expected}/api/v1/sipgate/{}/in", pbx.token());
        let answer = pbx.send(event).await;
        assert_eq!(answer.status, 200, "{headers:?}: {}", answer.text);
        assert!(
            answer.text.contains(&format!("onHangup=\"{url}\"")),
            "{headers:?}: {url} in {}",
            answer.text
        );
    }
}

#[tokio::test]
async fn signatures_are_asked_for_where_the_configuration_says_so() {
    let office = Office::open(PROGRAM).await;
    let sipgate = source(&office, "sipgate", json!({"verify_signature": true})).await;
    let placetel = source(&office, "placetel", json!({"signature_secret": "12345"})).await;
    let refused = format!(
        "401 {HEAD}<Response>\n  <Error>Invalid signature, please contact your admin!</Error>\n</Response>\n"
    );
    for (pbx, header, body, signature) in [
        (
            &sipgate,
            "x-sipgate-signature",
            SIPGATE_BODY,
            SIPGATE_SIGNATURE,
        ),
        (
            &placetel,
            "x-placetel-signature",
            PLACETEL_BODY,
            PLACETEL_SIGNATURE,
        ),
    ] {
        let signed = pbx.clone().with(header, signature);
        assert_eq!(answered(pbx, body).await, refused, "unsigned");
        assert_eq!(
            answered(&signed, &format!("{body}&x=1")).await,
            refused,
            "forged"
        );
        assert_eq!(
            answered(&pbx.clone().with(header, "abc"), body).await,
            refused,
            "no signature"
        );
        assert!(office.calls_of(pbx).await.is_empty());
    }
    let genuine = sipgate
        .clone()
        .with("x-sipgate-signature", SIPGATE_SIGNATURE);
    assert!(answered(&genuine, SIPGATE_BODY).await.starts_with("200 "));
    assert_eq!(office.calls_of(&sipgate).await.len(), 1);
    // Placetel's vector says no direction: genuine, but of a call that nobody knows.
    let genuine = placetel
        .clone()
        .with("x-placetel-signature", PLACETEL_SIGNATURE);
    let unknown =
        format!("422 {HEAD}<Response>\n  <Error>Invalid 'direction'!</Error>\n</Response>\n");
    assert_eq!(answered(&genuine, PLACETEL_BODY).await, unknown);

    // The secret is never shown again, stays while nobody names it, and goes when it is emptied.
    let path = format!("/api/v1/sources/{}", placetel.source_id);
    let marked = json!({"signature_secret": "hush-hush-4711", "api_token": "hush-hush-4712"});
    let put = office
        .admin
        .put(&format!("{path}/config"), rules(&marked))
        .await;
    let shown = [
        put.text,
        office.admin.get(&path).await.text,
        office.admin.get("/api/v1/sources").await.text,
    ];
    assert!(
        shown.iter().all(|text| !text.contains("hush-hush")),
        "{shown:?}"
    );
    let event = "event=IncomingCall&from=492111&to=4922&call_id=a";
    office.configure(&placetel, rules(&json!({}))).await;
    assert_eq!(answered(&placetel, event).await, refused, "it stays");
    office
        .configure(&placetel, rules(&json!({"signature_secret": ""})))
        .await;
    assert!(
        answered(&placetel, event).await.starts_with("200 "),
        "it is gone"
    );
}

#[tokio::test]
async fn placetel_s_words_and_answers() {
    let office = Office::open(PROGRAM).await;
    let pbx = source(&office, "placetel", json!({})).await;
    let ok = format!("200 {HEAD}<Response/>\n");
    let reject = format!("200 {HEAD}<Response>\n  <Reject reason=\"busy\"/>\n</Response>\n");
    let dial = format!(
        "200 {HEAD}<Response>\n  <Dial callerId=\"4930777000000\">\n    <Number>089123</Number>\n  </Dial>\n</Response>\n"
    );
    let error =
        format!("422 {HEAD}<Response>\n  <Error>Invalid 'direction'!</Error>\n</Response>\n");
    for (event, expected) in [
        (
            "event=IncomingCall&from=022129191999&to=0301234&call_id=a",
            &ok,
        ),
        (
            "event=IncomingCall&from=01715000000&to=0301234&call_id=b&direction=in",
            &reject,
        ),
        (
            "event=OutgoingCall&from=0301234&to=089123&call_id=c&peer=7777abc@fpbx.de",
            &dial,
        ),
        (
            "event=CallAccepted&from=022129191999&to=0301234&call_id=a&peer=7777abc@fpbx.de",
            &ok,
        ),
        (
            "event=HungUp&from=022129191999&to=0301234&call_id=a&type=accepted&duration=9",
            &ok,
        ),
        ("event=HungUp&call_id=c&type=busy", &ok),
        ("event=newCall&direction=in&from=1&to=2&call_id=d", &ok),
        ("event=HungUp&call_id=nobody&type=missed", &error),
        (
            "event=HungUp&call_id=e&type=missed&direction=in&from=1&to=2",
            &ok,
        ),
    ] {
        assert_eq!(&answered(&pbx, event).await, expected, "{event}");
    }
    assert_part(
        &json!(office.calls_of(&pbx).await),
        &json!([
            {"call_id": "a", "from": {"number": "022129191999", "e164": "4922129191999"}, "missed": false,
                "cause": "normalClearing", "answered_by": {"number": "7777abc@fpbx.de"}},
            {"call_id": "b", "cause": "blocked"},
            {"call_id": "c", "direction": "out", "cause": "busy", "from": {"number": "4930777000000"}},
            {"call_id": "d", "state": "ringing"},
            {"call_id": "e", "cause": "cancel", "missed": true},
        ]),
        "the calls",
    );
    for (kind, cause) in [
        ("missed", "cancel"),
        ("voicemail", "voicemail"),
        ("blocked", "blocked"),
        ("accepted", "normalClearing"),
        ("busy", "busy"),
        ("canceled", "cancel"),
        ("unavailable", "notFound"),
        ("congestion", "congestion"),
    ] {
        answered(
            &pbx,
            &format!("event=HungUp&direction=out&from=1&to=2&call_id=t-{kind}&type={kind}"),
        )
        .await;
        let call = office.calls_of(&pbx).await.pop().unwrap();
        assert_eq!(
            (&call["call_id"], &call["cause"]),
            (&json!(format!("t-{kind}")), &json!(cause))
        );
    }
}

#[tokio::test]
async fn agents_are_found_through_the_maps() {
    let office = Office::open(PROGRAM).await;
    let (emma, _) = office
        .user(json!({"login": "emma", "email": "emma@x.de"}))
        .await;
    let (chris, _) = office.user(json!({"login": "chris"})).await;
    let remotes = json!({"user_remote_map": [{"remote_user_id": "w0", "user_id": emma}, {"remote_user_id": "w1", "user_id": "EMMA@x.de"},
        {"remote_user_id": "w2", "user_id": chris.to_string()}, {"remote_user_id": "w3", "user_id": ""}]});
    let sipgate = source(&office, "sipgate", remotes).await;
    let devices = json!({"user_device_map": [{"device_id": "7777abc@fpbx.de", "user_id": emma}, {"device_id": "8888@fpbx.de", "user_id": "chris"}]});
    let placetel = source(&office, "placetel", devices).await;
    let cases: Vec<(&FakePbx, &str, &str, Option<i64>)> = vec![
        (
            &sipgate,
            "event=answer&callId=",
            "&userId=w0&user=Somebody",
            Some(emma),
        ),
        (&sipgate, "event=answer&callId=", "&userId=w1", Some(emma)),
        (&sipgate, "event=answer&callId=", "&userId=w2", Some(chris)),
        (&sipgate, "event=answer&callId=", "&userId=w3", None),
        (&sipgate, "event=answer&callId=", "&userId=W0", None),
        (
            &sipgate,
            "event=answer&callId=",
            "&userId=w0&user=voicemail",
            None,
        ),
        (
            &placetel,
            "event=CallAccepted&call_id=",
            "&peer=7777abc@fpbx.de",
            Some(emma),
        ),
        (
            &placetel,
            "event=CallAccepted&call_id=",
            "&peer=8888@fpbx.de",
            Some(chris),
        ),
        (
            &placetel,
            "event=CallAccepted&call_id=",
            "&peer=9999@fpbx.de",
            None,
        ),
    ];
    for (place, (pbx, event, more, user)) in cases.into_iter().enumerate() {
        answered(
            pbx,
            &format!("{event}{place}&direction=in&from=492111&to=4922{more}"),
        )
        .await;
        let call = office.calls_of(pbx).await.pop().unwrap();
        assert_eq!(
            call["answered_by"]["user_id"],
            json!(user),
            "{more}: {call:#}"
        );
    }
}
