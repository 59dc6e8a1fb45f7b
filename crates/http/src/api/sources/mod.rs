//! PBXs and providers; for administrators.

mod activity;
mod attempt;
mod block;
mod block_preview;
mod change;
mod config;
mod create;
mod delete;
mod list;
mod preview;
mod preview_begin;
mod preview_read;
mod read;
mod rotate;
mod save;
mod send_again;
mod unblock;
mod view;

use crate::openapi::operations;

operations![
    list,
    create,
    read,
    change,
    delete,
    config,
    block,
    unblock,
    block_preview,
    attempt,
    preview_begin,
    preview_read,
    rotate,
    send_again
];
