use std::borrow::Cow;
use std::fmt::Display;
use std::sync::Arc;

use offhook_core::call::{
    AnsweredBy, Cause, Decision, Direction, Event, EventBody, EventKind, LegOutcome, LegSaid, Party,
};
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

/// An event's id out of its column, in a row that is known by this.
pub(crate) fn event_id(id: &[u8], row: &dyn Display) -> Result<EventId, StoreError> {
    let bytes = id.try_into().map_err(|_| corrupt("event", "id", row))?;
    Ok(EventId(u128::from_be_bytes(bytes)))
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
        let id = event_id(&row.id, &row.call)?;
        let body: BodyRow<'_> =
            serde_json::from_str(&row.body).map_err(|_| corrupt("event", "body", &row.call))?;
        let body: EventBody =
            (body.try_into()).map_err(|()| corrupt("event", "body", &row.call))?;
        Ok(Self {
            id,
            at: UnixMillis(row.at),
            body: Arc::new(body),
        })
    }
}

/// An event's body as JSON; what is not said is left out.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct BodyRow<'a> {
    kind: Cow<'a, str>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    call_id: Option<Cow<'a, str>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    direction: Option<Cow<'a, str>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    from: Option<PartyRow<'a>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    to: Option<PartyRow<'a>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    queue: Option<Cow<'a, str>>,
    #[serde(default, skip_serializing_if = "<[_]>::is_empty")]
    users: Cow<'a, [String]>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    answering_number: Option<Cow<'a, str>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    leg: Option<LegRow<'a>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    transferred_by: Option<Cow<'a, str>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    joined: Option<Cow<'a, str>>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    user_ids: Vec<i64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    cause: Option<Cow<'a, str>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    cause_text: Option<Cow<'a, str>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    decision: Option<DecisionRow<'a>>,
    #[serde(default, skip_serializing_if = "<[_]>::is_empty")]
    extra: Cow<'a, [(String, String)]>,
}

impl<'a> From<&'a EventBody> for BodyRow<'a> {
    fn from(body: &'a EventBody) -> Self {
        Self {
            kind: body.kind.as_str().into(),
            call_id: body.call_id.as_deref().map(Cow::Borrowed),
            direction: body.direction.map(|direction| direction.as_str().into()),
            from: body.from.as_ref().map(PartyRow::from),
            to: body.to.as_ref().map(PartyRow::from),
            queue: body.queue.as_deref().map(Cow::Borrowed),
            users: Cow::Borrowed(&body.users),
            answering_number: body.answering_number.as_deref().map(Cow::Borrowed),
            leg: body.leg.as_ref().map(LegRow::from),
            transferred_by: body.transferred_by.as_deref().map(Cow::Borrowed),
            joined: body.joined.as_deref().map(Cow::Borrowed),
            user_ids: body.user_ids.iter().map(|id| id.0).collect(),
            cause: body.cause.map(|cause| cause.as_str().into()),
            cause_text: body.cause_text.as_deref().map(Cow::Borrowed),
            decision: body.decision.as_ref().map(DecisionRow::from),
            extra: Cow::Borrowed(&body.extra),
        }
    }
}

impl TryFrom<BodyRow<'_>> for EventBody {
    type Error = ();

    fn try_from(row: BodyRow<'_>) -> Result<Self, ()> {
        Ok(Self {
            kind: EventKind::from_word(&row.kind).ok_or(())?,
            call_id: row.call_id.map(Cow::into_owned),
            direction: row
                .direction
                .map(|word| Direction::from_word(&word).ok_or(()))
                .transpose()?,
            from: row.from.map(Party::from),
            to: row.to.map(Party::from),
            queue: row.queue.map(Cow::into_owned),
            users: row.users.into_owned(),
            answering_number: row.answering_number.map(Cow::into_owned),
            leg: row.leg.map(LegSaid::try_from).transpose()?,
            transferred_by: row.transferred_by.map(Cow::into_owned),
            joined: row.joined.map(Cow::into_owned),
            user_ids: row.user_ids.into_iter().map(UserId).collect(),
            cause: row
                .cause
                .map(|word| Cause::from_word(&word).ok_or(()))
                .transpose()?,
            cause_text: row.cause_text.map(Cow::into_owned),
            decision: row.decision.map(Decision::from),
            extra: row.extra.into_owned(),
        })
    }
}

#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct PartyRow<'a> {
    number: Cow<'a, str>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    key: Option<i64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    name: Option<Cow<'a, str>>,
}

impl<'a> From<&'a Party> for PartyRow<'a> {
    fn from(party: &'a Party) -> Self {
        Self {
            number: Cow::Borrowed(&party.number),
            key: party.key.map(|key| key.0),
            name: party.name.as_deref().map(Cow::Borrowed),
        }
    }
}

impl From<PartyRow<'_>> for Party {
    fn from(row: PartyRow<'_>) -> Self {
        Self {
            number: row.number.into_owned(),
            key: row.key.map(NumberKey),
            name: row.name.map(Cow::into_owned),
        }
    }
}

/// A leg as JSON; what is not said is left out.
#[derive(Debug, Serialize, Deserialize)]
struct LegRow<'a> {
    id: Cow<'a, str>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    number: Option<Cow<'a, str>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    name: Option<Cow<'a, str>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    direction: Option<Cow<'a, str>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    outcome: Option<Cow<'a, str>>,
}

impl<'a> From<&'a LegSaid> for LegRow<'a> {
    fn from(leg: &'a LegSaid) -> Self {
        Self {
            id: Cow::Borrowed(&leg.id),
            number: leg.number.as_deref().map(Cow::Borrowed),
            name: leg.name.as_deref().map(Cow::Borrowed),
            direction: leg.direction.map(|direction| direction.as_str().into()),
            outcome: leg.outcome.map(|outcome| outcome.as_str().into()),
        }
    }
}

impl TryFrom<LegRow<'_>> for LegSaid {
    type Error = ();

    fn try_from(row: LegRow<'_>) -> Result<Self, ()> {
        let direction = row
            .direction
            .map(|word| Direction::from_word(&word).ok_or(()));
        let outcome = row
            .outcome
            .map(|word| LegOutcome::from_word(&word).ok_or(()));
        Ok(Self {
            id: row.id.into_owned(),
            number: row.number.map(Cow::into_owned),
            name: row.name.map(Cow::into_owned),
            direction: direction.transpose()?,
            outcome: outcome.transpose()?,
        })
    }
}

/// Somebody who took a call, as JSON; what is not known is left out.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct TakerRow<'a> {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    user_id: Option<i64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    name: Option<Cow<'a, str>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    number: Option<Cow<'a, str>>,
}

impl<'a> From<&'a AnsweredBy> for TakerRow<'a> {
    fn from(by: &'a AnsweredBy) -> Self {
        Self {
            user_id: by.user_id.map(|id| id.0),
            name: by.name.as_deref().map(Cow::Borrowed),
            number: by.number.as_deref().map(Cow::Borrowed),
        }
    }
}

impl From<TakerRow<'_>> for AnsweredBy {
    fn from(row: TakerRow<'_>) -> Self {
        Self {
            user_id: row.user_id.map(UserId),
            name: row.name.map(Cow::into_owned),
            number: row.number.map(Cow::into_owned),
        }
    }
}

/// A decision as JSON.
#[derive(Debug, Serialize, Deserialize)]
#[serde(tag = "action", rename_all = "lowercase")]
pub(crate) enum DecisionRow<'a> {
    Pass,
    Reject,
    Dial {
        caller_id: PartyRow<'a>,
        number: Cow<'a, str>,
    },
}

impl<'a> From<&'a Decision> for DecisionRow<'a> {
    fn from(decision: &'a Decision) -> Self {
        match decision {
            Decision::Pass => Self::Pass,
            Decision::Reject => Self::Reject,
            Decision::Dial { caller_id, number } => Self::Dial {
                caller_id: caller_id.into(),
                number: Cow::Borrowed(number),
            },
        }
    }
}

impl From<DecisionRow<'_>> for Decision {
    fn from(row: DecisionRow<'_>) -> Self {
        match row {
            DecisionRow::Pass => Self::Pass,
            DecisionRow::Reject => Self::Reject,
            DecisionRow::Dial { caller_id, number } => Self::Dial {
                caller_id: caller_id.into(),
                number: number.into_owned(),
            },
        }
    }
}
