//! The wire as PBXs, bridges and providers see it: tables of raw requests and answers.
#![expect(clippy::unwrap_used, reason = "a test that can not go on fails")]

mod answers;
mod clients;
mod config;
mod contract;
mod expect;
mod hostile;
mod placetel;
mod samples;
mod sipgate;
mod tolerance;
mod values;
