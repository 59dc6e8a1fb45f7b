//! What was answered is kept, whatever happens.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

use offhook_testkit::Client;

use crate::server;

const POSTERS: u64 = 16;

/// Sixteen posters, killed again and again: every answered call is there after the restart, and
/// none is there twice.
#[tokio::test]
async fn every_answered_event_survives_a_kill() {
    let kills: u64 = std::env::var("OFFHOOK_TEST_KILLS").map_or(3, |kills| kills.parse().unwrap());
    let mut server = server().await;
    server.user("admin", "admin").await;
    let url = server.source("office", "generic").await;
    let path = url.strip_prefix(&server.url).unwrap().to_owned();
    let mut answered = Vec::new();
    let next = Arc::new(AtomicU64::new(0));
    for round in 0..kills {
        let stop = Arc::new(AtomicBool::new(false));
        let seen = Arc::new(AtomicU64::new(0));
        let posters: Vec<_> = (0..POSTERS)
            .map(|_| {
                let (stop, next, seen) = (stop.clone(), next.clone(), seen.clone());
                let url = format!("{}{path}", server.url);
                tokio::spawn(async move { post(&url, &stop, &next, &seen).await })
            })
            .collect();
        // Not at the same moment each time, but always in the middle of work.
        while seen.load(Ordering::SeqCst) < 100 + 37 * round {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        server.kill().await;
        stop.store(true, Ordering::SeqCst);
        for poster in posters {
            answered.extend(poster.await.unwrap());
        }
        server.restart().await;
    }
    let admin = server.client_of("admin").await;
    let mut found = std::collections::HashMap::<String, u32>::new();
    let mut cursor = String::new();
    loop {
        let page = admin
            .read(&format!("/api/v1/calls?limit=500&cursor={cursor}"))
            .await;
        for call in page["items"].as_array().unwrap() {
            *found
                .entry(call["call_id"].as_str().unwrap().to_owned())
                .or_default() += 1;
        }
        match page["next_cursor"].as_str() {
            Some(next) => cursor = next.to_owned(),
            None => break,
        }
    }
    let lost: Vec<_> = answered
        .iter()
        .filter(|id| !found.contains_key(*id))
        .collect();
    let twice: Vec<_> = found.iter().filter(|(_, count)| **count > 1).collect();
    assert!(
        lost.is_empty(),
        "{} of {} answered calls are lost",
        lost.len(),
        answered.len()
    );
    assert!(twice.is_empty(), "twice in the log: {twice:?}");
    println!(
        "{kills} kills, {} answered, all found, none twice",
        answered.len()
    );
}

async fn post(url: &str, stop: &AtomicBool, next: &AtomicU64, seen: &AtomicU64) -> Vec<String> {
    let http = Client::new("");
    let mut answered = Vec::new();
    while !stop.load(Ordering::SeqCst) {
        let id = format!("kill-{}", next.fetch_add(1, Ordering::SeqCst));
        let form = format!("event=newCall&direction=in&from=4930{id}&to=4922147&callId={id}");
        match http.try_form(url, &form).await {
            Some(200) => {
                answered.push(id);
                seen.fetch_add(1, Ordering::SeqCst);
            }
            Some(status) => panic!("answered {status}"),
            None => break,
        }
    }
    answered
}
