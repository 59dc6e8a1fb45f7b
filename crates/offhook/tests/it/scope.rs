//! What is to be kept is known of calls, too, whose beginning nobody heard.

use offhook_testkit::Office;
use serde_json::{Value, json};
use tokio::io::AsyncWriteExt;

use crate::PROGRAM;
use crate::connections::{Pbx, WELCOME, add, calls, new_channel};

fn event(name: &str, id: &str, more: &str) -> String {
    format!(
        "Event: {name}\r\nChannel: IAX2/carrier-{id}\r\nChannelState: 6\r\nCallerIDNum: 4930555\r\n\
         Context: ivr\r\nExten: 7\r\nUniqueid: {id}\r\nLinkedid: {id}\r\n{more}\r\n"
    )
}

fn in_queue(id: &str, queue: &str) -> String {
    new_channel(id, "4930555")
        + &event(
            "QueueCallerJoin",
            id,
            &format!("Queue: {queue}\r\nPosition: 1\r\n"),
        )
}

/// The list of what runs: this one call.
fn list(id: &str) -> String {
    event("CoreShowChannel", id, "Duration: 00:00:40\r\n")
        + "Event: CoreShowChannelsComplete\r\nListItems: 1\r\n\r\n"
}

fn hangup(id: &str) -> String {
    event("Hangup", id, "Cause: 16\r\n")
}

/// The PBX's ids and states of the calls in the log, newest last.
async fn logged(office: &Office) -> Vec<(String, String)> {
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let shown = |call: &Value| (text(&call["call_id"]), text(&call["state"]));
    calls(office).await.iter().rev().map(shown).collect()
}

#[tokio::test]
async fn over_a_restart() {
    let mut office = Office::open(PROGRAM).await;
    let [support, rest] = [Pbx::new().await, Pbx::new().await];
    for (name, pbx, config) in [
        (
            "support",
            &support,
            json!({"record": {"queues": ["support"]}}),
        ),
        ("rest", &rest, json!({"never": {"queues": ["sales"]}})),
    ] {
        add(
            &office,
            name,
            json!({"address": pbx.address, "config": config}),
        )
        .await;
    }
    let mut socket = support.says(WELCOME).await;
    let kept = in_queue("1.1", "support");
    socket.write_all(kept.as_bytes()).await.unwrap();
    let ringing = [("1.1".to_owned(), "ringing".to_owned())];
    office
        .admin
        .once_told("the call", async || {
            (logged(&office).await == ringing).then_some(())
        })
        .await;
    let mut socket = rest.says(WELCOME).await;
    let dropped = in_queue("2.1", "sales");
    socket.write_all(dropped.as_bytes()).await.unwrap();

    office.server.stop().await;
    office.server.restart().await;
    office.admin = office.server.client_of("admin");
    for (pbx, id, next) in [(&rest, "2.1", "2.2"), (&support, "1.1", "1.2")] {
        let mut socket = pbx.says(WELCOME).await;
        let told = list(id) + &hangup(id) + &in_queue(next, "support") + &hangup(next);
        socket.write_all(told.as_bytes()).await.unwrap();
        // What was kept before goes on, and what was not is not kept now.
        let ended = |id: &str| (id.to_owned(), "ended".to_owned());
        let expected = match id {
            "2.1" => vec![ringing[0].clone(), ended("2.2")],
            _ => vec![ended("1.1"), ended("2.2"), ended("1.2")],
        };
        office
            .admin
            .once_told("the call after it", async || {
                (logged(&office).await == expected).then_some(())
            })
            .await;
    }
}
