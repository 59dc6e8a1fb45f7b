//! The live stream.

use offhook_testkit::Client;

use crate::server;

#[tokio::test]
async fn a_call_is_heard_from_ringing_to_its_end() {
    let server = server().await;
    let anna = server.user("anna", "agent");
    let emma = server.user("emma", "agent");
    let url = server.source("office", "generic");
    let pbx = Client::new(&server.url);
    let mut anna_hears = anna.listen().await;
    let mut emma_hears = emma.listen().await;
    pbx.form(
        &url,
        "event=newCall&callId=1&direction=in&from=4930231257&to=49221",
    )
    .await;
    for hears in [&mut anna_hears, &mut emma_hears] {
        let call = hears.next().await;
        assert_eq!(
            (call.name.as_str(), &call.data["state"]),
            ("call", &"ringing".into())
        );
        assert_eq!(hears.next().await.name, "ring");
    }
    pbx.form(
        &url,
        "event=answer&callId=1&direction=in&answeringNumber=emma",
    )
    .await;
    assert_eq!(anna_hears.next().await.data["state"], "answered");
    assert_eq!(emma_hears.next().await.data["state"], "answered");
    let pop = emma_hears.next().await;
    assert_eq!(
        (pop.name.as_str(), &pop.data["call"]["call_id"]),
        ("pop", &"1".into())
    );
    pbx.form(
        &url,
        "event=hangup&callId=1&direction=in&cause=normalClearing",
    )
    .await;
    // Anna had no pop in between.
    assert_eq!(anna_hears.next().await.data["state"], "ended");
    let last = emma_hears.next().await;
    assert_eq!(last.data["state"], "ended");

    // Away for one call: its latest state comes once, and it rings no more.
    let id = last.id;
    drop(emma_hears);
    pbx.form(
        &url,
        "event=newCall&callId=2&direction=in&from=4930231258&to=49221",
    )
    .await;
    pbx.form(&url, "event=hangup&callId=2&direction=in&cause=cancel")
        .await;
    pbx.form(
        &url,
        "event=newCall&callId=3&direction=in&from=4930231259&to=49221",
    )
    .await;
    let mut emma_hears = emma.listen_since(Some(&id)).await;
    let heard = [
        emma_hears.next().await,
        emma_hears.next().await,
        emma_hears.next().await,
    ];
    let brief = heard
        .each_ref()
        .map(|heard| (heard.name.as_str(), heard.data["call_id"].clone()));
    assert_eq!(
        brief,
        [
            ("call", "2".into()),
            ("call", "3".into()),
            ("ring", "3".into())
        ]
    );
    assert_eq!(heard[0].data["missed"], true);

    let mut other_epoch = emma.listen_since(Some("abc-5")).await;
    assert_eq!(other_epoch.next().await.name, "resync");
}

#[tokio::test]
async fn a_stream_ends_when_its_user_is_disabled_and_when_the_server_stops() {
    let mut server = server().await;
    let anna = server.user("anna", "agent");
    let admin = server.user("admin", "admin");
    let mut anna_hears = anna.listen().await;
    let mut admin_hears = admin.listen().await;
    server.ok(&["user", "disable", "anna"], "");
    anna_hears.ended().await;
    assert!(server.stop().await.success());
    admin_hears.ended().await;
}
