//! Whole conversations with PBXs, as recorded from running ones (`captures/` in the repository).
#![expect(clippy::unwrap_used, reason = "a test that can not go on fails")]

mod asterisk;
mod asterisk_pickups;
mod asterisk_scripts;
mod asterisk_transfers;
mod calls;
mod dialling;
mod freeswitch;
mod freeswitch_answers;
mod freeswitch_queues;
mod freeswitch_resync;
mod freeswitch_scripts;
mod fuzz;
mod play;
mod script;
mod woven;
