//! `GET /api/v1/events`: what happens, as it happens.

mod event;
mod listener;
mod stream;

use crate::openapi::operations;

operations![stream];
