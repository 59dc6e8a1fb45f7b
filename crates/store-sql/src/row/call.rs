use offhook_core::call::{
    AnsweredBy, Call, Cause, Decision, Direction, Done, Folded, Party, State,
};
use offhook_core::number::NumberKey;
use offhook_core::{CallId, ConversationId, SourceId, UnixMillis, UserId};
use offhook_store::StoreError;
use sqlx::FromRow;

use super::{DecisionRow, TakerRow, corrupt};

/// `SELECT` of a [`CallRow`]'s columns, with what follows it.
macro_rules! select_calls {
    ($rest:literal) => {
        concat!(
            "SELECT call.id, call.revision, call.conversation_id, call.source_id, call.call_id, \
             call.direction, call.state, call.from_number, call.from_key, call.from_name, \
             call.to_number, call.to_key, call.to_name, call.our_name, call.queue, call.made_by, \
             call.cause, call.cause_text, call.missed, call.events_done, call.hand_done, \
             call.done_by, call.done_at, call.answered, call.answered_user, call.answered_name, \
             call.answered_number, call.transferred_to, call.started_at, call.answered_at, \
             call.ended_at, call.decision, call.rung ",
            $rest
        )
    };
}
pub(crate) use select_calls;

/// A row of `call`.
#[derive(Debug, FromRow)]
pub(crate) struct CallRow {
    id: i64,
    revision: i64,
    conversation_id: i64,
    source_id: i64,
    call_id: String,
    direction: String,
    state: String,
    from_number: String,
    from_key: Option<i64>,
    from_name: Option<String>,
    to_number: String,
    to_key: Option<i64>,
    to_name: Option<String>,
    our_name: Option<String>,
    queue: String,
    made_by: Option<i64>,
    cause: Option<String>,
    cause_text: Option<String>,
    missed: bool,
    events_done: bool,
    hand_done: Option<bool>,
    done_by: Option<i64>,
    done_at: Option<i64>,
    answered: bool,
    answered_user: Option<i64>,
    answered_name: Option<String>,
    answered_number: Option<String>,
    transferred_to: Option<String>,
    started_at: i64,
    answered_at: Option<i64>,
    ended_at: Option<i64>,
    decision: Option<String>,
    rung: Option<String>,
}

impl TryFrom<CallRow> for Call {
    type Error = StoreError;

    fn try_from(row: CallRow) -> Result<Self, StoreError> {
        let bad = |column| corrupt("call", column, &row.id);
        let folded = Folded {
            direction: Direction::from_word(&row.direction).ok_or_else(|| bad("direction"))?,
            state: State::from_word(&row.state).ok_or_else(|| bad("state"))?,
            from: Party {
                number: row.from_number,
                key: row.from_key.map(NumberKey),
                name: row.from_name,
            },
            to: Party {
                number: row.to_number,
                key: row.to_key.map(NumberKey),
                name: row.to_name,
            },
            our_name: row.our_name,
            queue: row.queue,
            made_by: row.made_by.map(UserId),
            rung: (row.rung)
                .map(|json| {
                    serde_json::from_str::<Vec<i64>>(&json)
                        .map(|ids| ids.into_iter().map(UserId).collect())
                        .map_err(|_| bad("rung"))
                })
                .transpose()?
                .unwrap_or_default(),
            cause: (row.cause)
                .map(|word| Cause::from_word(&word).ok_or_else(|| bad("cause")))
                .transpose()?,
            cause_text: row.cause_text,
            missed: row.missed,
            done: row.events_done,
            answered_by: row.answered.then_some(AnsweredBy {
                user_id: row.answered_user.map(UserId),
                name: row.answered_name,
                number: row.answered_number,
            }),
            transferred_to: (row.transferred_to)
                .map(|json| {
                    serde_json::from_str::<Vec<TakerRow>>(&json)
                        .map(|takers| takers.into_iter().map(AnsweredBy::from).collect())
                        .map_err(|_| bad("transferred_to"))
                })
                .transpose()?
                .unwrap_or_default(),
            started_at: UnixMillis(row.started_at),
            answered_at: row.answered_at.map(UnixMillis),
            ended_at: row.ended_at.map(UnixMillis),
            decision: (row.decision)
                .map(|json| {
                    serde_json::from_str::<DecisionRow>(&json)
                        .map(Decision::from)
                        .map_err(|_| bad("decision"))
                })
                .transpose()?,
        };
        let done_by_hand = match (row.hand_done, row.done_by, row.done_at) {
            (Some(done), Some(by), Some(at)) => Some(Done {
                done,
                by: UserId(by),
                at: UnixMillis(at),
            }),
            _ => None,
        };
        Ok(Self {
            id: CallId(row.id),
            revision: row.revision,
            conversation_id: ConversationId(row.conversation_id),
            source_id: SourceId(row.source_id),
            call_id: row.call_id,
            folded,
            done_by_hand,
        })
    }
}
