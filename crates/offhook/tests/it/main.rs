//! The real program over HTTP.

#![allow(clippy::unwrap_used, clippy::expect_used, missing_docs)]

mod accounts_api;
mod architecture;
mod calls_api;
mod calls_csv;
mod calls_done;
mod calls_overview;
mod calls_work;
mod commands;
mod connections;
mod contacts_api;
mod contacts_merge;
mod country;
mod decide;
mod dialling;
mod documented_samples;
mod durability;
mod forwarding;
mod full_disk;
mod listening;
mod live;
mod live_people;
mod live_streams;
mod openapi;
mod pbx_refusals;
mod pbx_rules;
mod pbx_table;
mod pbx_words;
mod preview;
mod requests_api;
mod requests_replay;
mod retention;
mod scope;
mod secrets;
mod serving;
mod settings_api;
mod sipgate_placetel;
mod sources_activity;
mod sources_api;
mod sources_rules;
mod story;
mod tls;
mod users_api;
mod visibility;
mod welcome;
mod writes_at_once;

use offhook_testkit::Server;

/// The program under test.
const PROGRAM: &str = env!("CARGO_BIN_EXE_offhook");

async fn server() -> Server {
    Server::start(PROGRAM).await
}
