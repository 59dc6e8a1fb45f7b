use offhook_core::call::{Cause, Decision, Direction, Event, EventBody, EventKind, Party};
use offhook_core::number::NumberKey;
use offhook_core::{EventId, UnixMillis, UserId};
use offhook_store::StoreError;
use serde::{Deserialize, Serialize};
use sqlx::FromRow;

use super::corrupt;

/// An event's id as JSON, which has no bytes.
pub(crate) fn event_id_hex(id: EventId) -> String {
    format!("{:032x}", id.0)
}

/// A row of `event`.
#[derive(Debug, FromRow)]
pub(crate) struct EventRow {
    pub(crate) id: Vec<u8>,
    pub(crate) call: i64,
    pub(crate) at: i64,
    pub(crate) body: String,
}

impl TryFrom<EventRow> for Event {
    type Error = StoreError;

    fn try_from(row: EventRow) -> Result<Self, StoreError> {
        let bytes: [u8; 16] = row
            .id
            .as_slice()
            .try_into()
            .map_err(|_| corrupt("event", "id", &row.call))?;
        let body: BodyRow =
            serde_json::from_str(&row.body).map_err(|_| corrupt("event", "body", &row.call))?;
        Ok(Self {
            id: EventId(u128::from_be_bytes(bytes)),
            at: UnixMillis(row.at),
            body: body
                .try_into()
                .map_err(|()| corrupt("event", "body", &row.call))?,
        })
    }
}

/// An event's body as JSON; what is not said is left out.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct BodyRow {
    kind: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    call_id: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    direction: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    from: Option<PartyRow>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    to: Option<PartyRow>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    queue: Option<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    users: Vec<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    answering_number: Option<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    user_ids: Vec<i64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    cause: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    cause_text: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    decision: Option<DecisionRow>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    extra: Vec<(String, String)>,
}

impl From<&EventBody> for BodyRow {
    fn from(body: &EventBody) -> Self {
        Self {
            kind: body.kind.as_str().to_owned(),
            call_id: body.call_id.clone(),
            direction: body
                .direction
                .map(|direction| direction.as_str().to_owned()),
            from: body.from.as_ref().map(PartyRow::from),
            to: body.to.as_ref().map(PartyRow::from),
            queue: body.queue.clone(),
            users: body.users.clone(),
            answering_number: body.answering_number.clone(),
            user_ids: body.user_ids.iter().map(|id| id.0).collect(),
            cause: body.cause.map(|cause| cause.as_str().to_owned()),
            cause_text: body.cause_text.clone(),
            decision: body.decision.as_ref().map(DecisionRow::from),
            extra: body.extra.clone(),
        }
    }
}

impl TryFrom<BodyRow> for EventBody {
    type Error = ();

    fn try_from(row: BodyRow) -> Result<Self, ()> {
        Ok(Self {
            kind: EventKind::from_word(&row.kind).ok_or(())?,
            call_id: row.call_id,
            direction: row
                .direction
                .map(|word| Direction::from_word(&word).ok_or(()))
                .transpose()?,
            from: row.from.map(Party::from),
            to: row.to.map(Party::from),
            queue: row.queue,
            users: row.users,
            answering_number: row.answering_number,
            user_ids: row.user_ids.into_iter().map(UserId).collect(),
            cause: row
                .cause
                .map(|word| Cause::from_word(&word).ok_or(()))
                .transpose()?,
            cause_text: row.cause_text,
            decision: row.decision.map(Decision::from),
            extra: row.extra,
        })
    }
}

#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct PartyRow {
    number: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    key: Option<i64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    name: Option<String>,
}

impl From<&Party> for PartyRow {
    fn from(party: &Party) -> Self {
        Self {
            number: party.number.clone(),
            key: party.key.map(|key| key.0),
            name: party.name.clone(),
        }
    }
}

impl From<PartyRow> for Party {
    fn from(row: PartyRow) -> Self {
        Self {
            number: row.number,
            key: row.key.map(NumberKey),
            name: row.name,
        }
    }
}

/// A decision as JSON.
#[derive(Debug, Serialize, Deserialize)]
#[serde(tag = "action", rename_all = "lowercase")]
pub(crate) enum DecisionRow {
    Pass,
    Reject,
    Dial { caller_id: PartyRow, number: String },
}

impl From<&Decision> for DecisionRow {
    fn from(decision: &Decision) -> Self {
        match decision {
            Decision::Pass => Self::Pass,
            Decision::Reject => Self::Reject,
            Decision::Dial { caller_id, number } => Self::Dial {
                caller_id: caller_id.into(),
                number: number.clone(),
            },
        }
    }
}

impl From<DecisionRow> for Decision {
    fn from(row: DecisionRow) -> Self {
        match row {
            DecisionRow::Pass => Self::Pass,
            DecisionRow::Reject => Self::Reject,
            DecisionRow::Dial { caller_id, number } => Self::Dial {
                caller_id: caller_id.into(),
                number,
            },
        }
    }
}
