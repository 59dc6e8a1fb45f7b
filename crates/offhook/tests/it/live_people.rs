//! The live stream reaches the right people, and nobody else.

use offhook_testkit::{FakePbx, Listener, Office};
use serde_json::{Value, json};

use crate::PROGRAM;
use crate::story::{now, play};

/// A source whose calls everybody sees; an outbound one neither rings nor pops, and so ends what
/// there is to hear.
struct Marker {
    pbx: FakePbx,
    count: u32,
}

impl Marker {
    async fn new(office: &Office) -> Self {
        Self {
            pbx: office.pbx("marker").await,
            count: 0,
        }
    }

    /// What each of them heard since the last time, as `call a, ring a`.
    async fn heard<const N: usize>(&mut self, listeners: [&mut Listener; N]) -> [String; N] {
        self.count += 1;
        let id = format!("marker{}", self.count);
        self.pbx
            .tell(&[&format!(
                "event=newCall&callId={id}&direction=out&from=1&to=2"
            )])
            .await;
        let mut heard = Vec::new();
        for listener in listeners {
            let mut events = Vec::new();
            loop {
                let event = listener.next().await;
                let call = if event.name == "pop" {
                    &event.data["call"]
                } else {
                    &event.data
                };
                let call_id = call["call_id"].as_str().unwrap_or_default().to_owned();
                if event.name == "call" && call_id == id {
                    break;
                }
                events.push(format!("{} {call_id}", event.name).trim().to_owned());
            }
            heard.push(events.join(", "));
        }
        heard.try_into().unwrap()
    }
}

fn config(notify_map: &Value) -> Value {
    json!({"inbound": {"block_caller_ids": [{"caller_id": "4940666"}]},
        "outbound": {"routing_table": [], "default_caller_id": ""}, "notify_map": notify_map})
}

#[tokio::test]
async fn it_rings_at_the_device_else_by_the_map_else_everywhere() {
    let office = Office::open(PROGRAM).await;
    let mut marker = Marker::new(&office).await;
    let (emma, emma_looks) = office
        .user(json!({"login": "emma", "phones": ["201"]}))
        .await;
    let (_, chris_looks) = office
        .user(json!({"login": "chris", "phones": ["202"]}))
        .await;
    let mapped = office
        .pbx_with(
            "mapped",
            config(&json!([{"queue": "support", "user_ids": [emma]}])),
        )
        .await;
    let open = office.pbx("open").await;
    let admin_id = office.admin.read("/api/v1/me").await["id"].clone();
    let with_admin = json!([{"queue": "boss", "user_ids": [admin_id]}]);
    let boss = office.pbx_with("boss", config(&with_admin)).await;
    let mut emma_hears = emma_looks.listen().await;
    let mut chris_hears = chris_looks.listen().await;
    let mut admin_hears = office.admin.listen().await;
    let call = "direction=in&from=4940555&to=22";
    // What is told, and what emma, chris and the administrator hear of it.
    let cases: Vec<(&FakePbx, String, [&str; 3])> = vec![
        (
            &open,
            format!("event=newCall&callId=a&{call}"),
            ["call a, ring a"; 3],
        ),
        // The source says whose devices ring.
        (
            &open,
            format!("event=newCall&callId=b&{call}&user=201"),
            ["call b, ring b", "call b", "call b"],
        ),
        (
            &open,
            format!("event=newCall&callId=c&{call}&user[]=emma&user[]=chris"),
            ["call c, ring c", "call c, ring c", "call c"],
        ),
        (
            &open,
            format!("event=newCall&callId=d&{call}&answeringNumber=202"),
            ["call d", "call d, ring d", "call d"],
        ),
        // Nobody of ours: as if it had said nothing.
        (
            &open,
            format!("event=newCall&callId=e&{call}&user=Somebody"),
            ["call e, ring e"; 3],
        ),
        // By the map; an administrator is rung like an agent, but sees all.
        (
            &mapped,
            format!("event=newCall&callId=f&{call}&queue=Support"),
            ["call f, ring f", "", "call f"],
        ),
        (
            &mapped,
            format!("event=newCall&callId=g&{call}&queue=sales"),
            ["", "", "call g"],
        ),
        (
            &mapped,
            "event=newCall&callId=h&direction=in&from=4940555&to=202".to_owned(),
            ["", "call h, ring h", "call h"],
        ),
        (
            &boss,
            format!("event=newCall&callId=i&{call}&queue=boss"),
            ["", "", "call i, ring i"],
        ),
        // The device comes before the map, though chris does not see the call.
        (
            &mapped,
            format!("event=newCall&callId=j&{call}&queue=sales&user=202"),
            ["", "ring j", "call j"],
        ),
        // What does not ring: outbound, blocked, old, over, answered, retried.
        (
            &open,
            "event=newCall&callId=k&direction=out&from=201&to=4940555".to_owned(),
            ["call k"; 3],
        ),
        (
            &mapped,
            "event=newCall&callId=m&direction=in&from=4940666&to=1&queue=support".to_owned(),
            ["call m", "", "call m"],
        ),
        (
            &open,
            format!("event=newCall&callId=n&{call}&timestamp=AGO(130)"),
            ["call n"; 3],
        ),
        (
            &open,
            format!("event=newCall&callId=o&{call}&timestamp=AGO(100)"),
            ["call o, ring o"; 3],
        ),
        (
            &open,
            "event=hangup&callId=p&direction=in&from=4940555&to=22".to_owned(),
            ["call p"; 3],
        ),
        (
            &open,
            format!("event=newCall&callId=p&{call}"),
            ["call p"; 3],
        ),
        (&open, format!("event=newCall&callId=a&{call}"), [""; 3]),
    ];
    let at = now();
    for (pbx, event, expected) in cases {
        let event = match &event {
            rejected if rejected.contains("4940666") => {
                format!(r#"{rejected} -> 200 {{"action":"reject","reason":"busy"}}"#)
            }
            taken => taken.clone(),
        };
        play(pbx, at, &event, "live").await;
        let heard = marker
            .heard([&mut emma_hears, &mut chris_hears, &mut admin_hears])
            .await;
        assert_eq!(heard, expected, "{event}");
    }
}

#[tokio::test]
async fn it_pops_where_it_was_answered() {
    let office = Office::open(PROGRAM).await;
    let mut marker = Marker::new(&office).await;
    let (_, emma) = office
        .user(json!({"login": "emma", "phones": ["201"]}))
        .await;
    let (_, chris) = office
        .user(json!({"login": "chris", "phones": ["202"]}))
        .await;
    let mapped = office
        .pbx_with(
            "mapped",
            config(&json!([{"queue": "nobody", "user_ids": []}])),
        )
        .await;
    let mut emma_hears = emma.listen().await;
    // Several browsers of one person.
    let mut emma_hears_too = emma.listen().await;
    let mut chris_hears = chris.listen().await;
    let call = "direction=in&from=4940555&to=22";
    let cases: Vec<(String, [&str; 3])> = vec![
        (format!("event=newCall&callId=a&{call}"), [""; 3]),
        // Who answers sees the call from then on.
        (
            "event=answer&callId=a&answeringNumber=201".to_owned(),
            ["call a, pop a", "call a, pop a", ""],
        ),
        // Answered again, by somebody else: the first counts.
        (
            "event=answer&callId=a&answeringNumber=202".to_owned(),
            [""; 3],
        ),
        (
            "event=hangup&callId=a&cause=normalClearing".to_owned(),
            ["call a", "call a", ""],
        ),
        // An answer after the end counts, but pops nothing.
        (format!("event=newCall&callId=b&{call}"), [""; 3]),
        ("event=hangup&callId=b&cause=cancel".to_owned(), [""; 3]),
        (
            "event=answer&callId=b&answeringNumber=202".to_owned(),
            ["", "", "call b"],
        ),
        // Nor does an old one, a mailbox, or the answer of an outbound call.
        (
            format!("event=newCall&callId=c&{call}&timestamp=AGO(200)"),
            [""; 3],
        ),
        (
            "event=answer&callId=c&answeringNumber=202&timestamp=AGO(130)".to_owned(),
            ["", "", "call c"],
        ),
        (
            format!("event=answer&callId=d&{call}&user=voicemail&answeringNumber=202"),
            [""; 3],
        ),
        (
            "event=newCall&callId=e&direction=out&from=202&to=4940555".to_owned(),
            ["", "", "call e"],
        ),
        (
            "event=answer&callId=e&direction=out&user=chris".to_owned(),
            ["", "", "call e"],
        ),
        // An answer without a newCall pops.
        (
            format!("event=answer&callId=f&{call}&user=chris"),
            ["", "", "call f, pop f"],
        ),
    ];
    let at = now();
    for (event, expected) in cases {
        play(&mapped, at, &event, "live").await;
        let listeners = [&mut emma_hears, &mut emma_hears_too, &mut chris_hears];
        assert_eq!(marker.heard(listeners).await, expected, "{event}");
    }
}

#[tokio::test]
async fn a_pop_names_the_contact_and_the_page_to_open() {
    let office = Office::open(PROGRAM).await;
    let (_, emma) = office.user(json!({"login": "emma"})).await;
    let contact = json!({"name": "Anna & Co", "phones": ["4940555"]});
    let contact = office.admin.post("/api/v1/contacts", contact).await.json()["id"].clone();
    let pbx = office.pbx("office").await;
    let template = "https://crm/?n={number}&who={name}&c={call_id}&p={contact_url}&x={other}";
    let url = format!(
        "https://crm/?n=4940555&who=Anna%20%26%20Co&c=b%2F1&p={}%2Fcontacts%2F{contact}&x={{other}}",
        office.server.url.replace(':', "%3A").replace('/', "%2F"),
    );
    let mut hears = emma.listen().await;
    for (id, from, template, contact_id, url) in [
        ("a", "4940555", Value::Null, contact.clone(), Value::Null),
        ("b/1", "4940555", json!(template), contact, json!(url)),
        (
            "c",
            "anonymous",
            json!("https://crm/{number}/{name}"),
            Value::Null,
            json!("https://crm/anonymous/"),
        ),
    ] {
        office
            .admin
            .patch("/api/v1/settings", json!({"pop_url_template": template}))
            .await;
        pbx.tell(&[
            &format!("event=newCall&callId={id}&direction=in&from={from}&to=22"),
            &format!("event=answer&callId={id}&user=emma"),
        ])
        .await;
        let (pop, _) = hears.until("pop").await;
        assert_eq!(
            (&pop.data["contact_id"], &pop.data["url"]),
            (&contact_id, &url),
            "{id}"
        );
        assert_eq!(pop.data["call"]["call_id"], id);
    }
}

#[tokio::test]
async fn a_pop_is_here_in_the_browser_used_last() {
    let office = Office::open(PROGRAM).await;
    let (_, token) = office.user(json!({"login": "emma"})).await;
    let desk = office.session("emma").await;
    let home = office.session("emma").await;
    let pbx = office.pbx("office").await;
    let mut hear = [
        desk.listen().await,
        home.listen().await,
        token.listen().await,
    ];
    for (id, used, expected) in [
        ("a", &desk, [true, false, true]),
        ("b", &home, [false, true, true]),
        // Whoever has a token is no browser.
        ("c", &token, [false, true, true]),
        ("d", &desk, [true, false, true]),
    ] {
        let answer = used.post("/api/v1/me/used", json!({})).await;
        assert_eq!(answer.status, 204);
        pbx.tell(&[
            &format!("event=newCall&callId={id}&direction=in&from=4940555&to=22"),
            &format!("event=answer&callId={id}&user=emma"),
        ])
        .await;
        let mut here = Vec::new();
        for (listener, client) in hear.iter_mut().zip([&desk, &home, &token]) {
            let (pop, _) = listener.until("pop").await;
            let path = format!("/api/v1/calls/{}/pop", pop.data["call"]["id"]);
            assert_eq!(client.read(&path).await, pop.data, "asked for and told");
            here.push(pop.data["here"] == true);
        }
        assert_eq!(here, expected, "{id}");
    }
}

#[tokio::test]
async fn a_change_of_sight_says_reload_to_those_concerned() {
    let office = Office::open(PROGRAM).await;
    let mut marker = Marker::new(&office).await;
    let (emma_id, emma) = office.user(json!({"login": "emma"})).await;
    let (_, chris) = office.user(json!({"login": "chris"})).await;
    let pbx = office.pbx("office").await;
    for place in 0..6 {
        office.pbx(&format!("another {place}")).await;
    }
    let mut emma_hears = emma.listen().await;
    let mut chris_hears = chris.listen().await;
    let mut admin_hears = office.admin.listen().await;
    let user = format!("/api/v1/users/{emma_id}");
    let mut heard = async || {
        marker
            .heard([&mut emma_hears, &mut chris_hears, &mut admin_hears])
            .await
    };

    office
        .configure(
            &pbx,
            config(&json!([{"queue": "support", "user_ids": [emma_id]}])),
        )
        .await;
    assert_eq!(
        heard().await,
        ["resync", "resync", ""],
        "a map where there was none"
    );
    office
        .configure(
            &pbx,
            config(&json!([{"queue": "sales", "user_ids": [emma_id]}])),
        )
        .await;
    assert_eq!(heard().await, ["resync", "", ""], "another queue");
    // What the map grants now is what counts.
    pbx.tell(&[
        "event=newCall&callId=a&direction=in&from=1&to=2&queue=support",
        "event=newCall&callId=b&direction=in&from=1&to=2&queue=sales",
    ])
    .await;
    assert_eq!(heard().await, ["call b, ring b", "", "call a, call b"]);
    office
        .admin
        .patch("/api/v1/settings", json!({"view_limit": 70}))
        .await;
    assert_eq!(heard().await, ["", "", ""], "a setting is no right");
    office.admin.patch(&user, json!({"name": "Emma"})).await;
    assert_eq!(heard().await, ["", "", ""], "a name is no right");
    office.admin.patch(&user, json!({"phones": ["201"]})).await;
    assert_eq!(heard().await, ["resync", "", ""], "a phone");
    office.admin.patch(&user, json!({"role": "admin"})).await;
    assert_eq!(heard().await, ["resync", "", ""], "a role");
    office
        .configure(&pbx, config(&json!([{"queue": "sales", "user_ids": []}])))
        .await;
    assert_eq!(
        heard().await,
        ["", "", ""],
        "administrators see every call anyway"
    );
}

#[tokio::test]
async fn what_rings_for_whom_is_known_after_a_reload() {
    let office = Office::open(PROGRAM).await;
    let (emma_id, emma) = office
        .user(json!({"login": "emma", "phones": ["201"]}))
        .await;
    let (_, chris) = office
        .user(json!({"login": "chris", "phones": ["202"]}))
        .await;
    let map = json!([{"queue": "support", "user_ids": [emma_id]}]);
    let pbx = office.pbx_with("office", config(&map)).await;
    let everybodys = office.pbx("everybody's").await;
    let ringing = async || {
        let mut all = Vec::new();
        for client in [&office.admin, &emma, &chris] {
            let list = client.read("/api/v1/calls/ringing").await;
            let items = list["items"].as_array().unwrap();
            let ids = items.iter().map(|call| call["call_id"].as_str().unwrap());
            all.push(ids.collect::<Vec<_>>().join(" "));
        }
        all
    };
    let new_call = "event=newCall&direction=in&from=4930111&queue=support&to=2";
    pbx.tell(&[&format!("{new_call}&callId=mapped")]).await;
    pbx.tell(&[&format!("{new_call}&callId=device&user[]=202")])
        .await;
    pbx.tell(&["event=newCall&direction=out&callId=out&from=202&to=4930111"])
        .await;
    everybodys
        .tell(&["event=newCall&direction=in&callId=all&from=4930111&to=2"])
        .await;
    let mut listener = office.admin.listen().await;
    // The hub has announced the others once it announces this one.
    everybodys
        .tell(&["event=newCall&direction=in&callId=last&from=4930112&to=2"])
        .await;
    listener.until("ring").await;
    let expected = ["last all", "last all mapped", "last all device"];
    assert_eq!(ringing().await, expected);
    // Also when everybody has to reload, as with a new contact of the number.
    let number = json!({"name": "Anna", "phones": ["+49 30 111"]});
    office.admin.post("/api/v1/contacts", number).await;
    assert_eq!(ringing().await, expected);
    pbx.tell(&[
        "event=answer&direction=in&callId=device&answeringNumber=202",
        "event=hangup&direction=in&callId=mapped&cause=cancel",
    ])
    .await;
    assert_eq!(ringing().await, ["last all", "last all", "last all"]);
}
