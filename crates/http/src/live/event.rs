use bytes::{BufMut, Bytes, BytesMut};
use serde::Serialize;
use utoipa::ToSchema;

use crate::api::calls::{CallView, Pop};
use crate::api::dial::DialView;

/// The data of the live stream's events, by the event's name.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct LiveEvents {
    /// A call after a change; drop a lower revision than you have.
    call: CallView,
    /// A call that rings for you.
    ring: CallView,
    /// You answered this call.
    pop: Pop,
    /// What becomes of a number that you let the phone system dial, after the answer to that.
    dial: DialView,
}

/// A few events that become one piece on the wire.
#[derive(Default)]
pub(super) struct Chunk {
    bytes: BytesMut,
}

impl Chunk {
    /// Adds an event. Its data is JSON, which has no line breaks.
    pub(super) fn event(&mut self, id: &str, name: &str, data: &[u8]) {
        for part in [
            b"id: ",
            id.as_bytes(),
            b"\nevent: ",
            name.as_bytes(),
            b"\ndata: ",
            data,
        ] {
            self.bytes.put_slice(part);
        }
        self.bytes.put_slice(b"\n\n");
    }

    /// Adds a line with an id and no data: nothing happened, and up to here.
    pub(super) fn id(&mut self, id: &str) {
        self.bytes.put_slice(format!("id: {id}\n\n").as_bytes());
    }

    pub(super) fn is_empty(&self) -> bool {
        self.bytes.is_empty()
    }

    pub(super) fn take(self) -> Bytes {
        self.bytes.freeze()
    }
}
