//! Where the calls are that a viewer may see.

use offhook_core::access::Viewer;
use offhook_core::call::Party;
use offhook_core::rules::{Grant, Scope};
use offhook_core::{SourceId, UserId};
use offhook_store::StoreError;
use sqlx::SqliteConnection;

use super::{json, store_error};

/// More queues or numbers of ours than this are not looked through: then the log is read by time.
const MOST_PLACES: usize = 2000;

/// Calls in the order of the log: when they began, and which they are.
pub(super) const AMONG_CALLS: [&str; 2] = ["call.started_at", "call.id"];

/// Where calls are.
pub(super) struct Place {
    /// A list of values, as JSON.
    pub(super) values: String,
    /// What calls there are for one `place` of it.
    pub(super) calls: &'static str,
    /// What stands in the order of the log there.
    pub(super) order: [&'static str; 2],
}

impl Place {
    fn among_calls(values: String, calls: &'static str) -> Self {
        Self {
            values,
            calls,
            order: AMONG_CALLS,
        }
    }

    fn among_numbers(values: String, calls: &'static str) -> Self {
        Self {
            values,
            calls,
            order: ["seen.started_at", "seen.call"],
        }
    }
}

/// What makes calls visible to somebody, as values of indexed columns. All of it together lets
/// through what [`Visibility::sees`](offhook_core::access::Visibility::sees) does, and maybe more.
#[derive(Debug, Default)]
pub(super) struct Sight {
    user: i64,
    /// Sources.
    whole: Vec<i64>,
    /// Sources and queues in them.
    queues: Vec<(i64, String)>,
    /// Sources and numbers of ours that are not the queue.
    our_numbers: Vec<(i64, String)>,
}

impl Sight {
    /// Looks which of the places that there are somebody is granted; none when there are too many.
    ///
    /// Grants are patterns, texts and numbers in any spelling. There are few places, and they are
    /// read off the indexes in one step each, so we can ask the grants themselves.
    pub(super) async fn find(
        connection: &mut SqliteConnection,
        user: UserId,
        sources: &[(SourceId, Scope)],
    ) -> Result<Option<Self>, StoreError> {
        let Some(queues) = places(connection, QUEUES).await? else {
            return Ok(None);
        };
        let Some(our_numbers) = places(connection, OUR_NUMBERS).await? else {
            return Ok(None);
        };
        let mut sight = Self {
            user: user.0,
            ..Self::default()
        };
        for (source, scope) in sources {
            match scope {
                Scope::Whole => sight.whole.push(source.0),
                Scope::Some { grants, country } => {
                    let granted = |place: &&String| {
                        let party = Party::read(place, *country);
                        grants.iter().any(|grant| is_for(grant, &party))
                    };
                    let of_source = |place: &String| (source.0, place.clone());
                    sight
                        .queues
                        .extend(queues.iter().filter(granted).map(of_source));
                    sight
                        .our_numbers
                        .extend(our_numbers.iter().filter(granted).map(of_source));
                }
            }
        }
        Ok(Some(sight))
    }

    /// Where that is.
    pub(super) fn places(&self) -> Result<Vec<Place>, StoreError> {
        let mut places = took_part(self.user)?;
        places.extend([
            Place::among_calls(
                json(&self.whole)?,
                "call WHERE call.source_id = place.value",
            ),
            Place::among_calls(
                json(&self.queues)?,
                "call WHERE call.queue = place.value ->> 1 AND +call.source_id = place.value ->> 0",
            ),
            Place::among_calls(
                json(&self.our_numbers)?,
                "call WHERE call.our_number = place.value ->> 1 AND +call.source_id = place.value ->> 0",
            ),
        ]);
        Ok(places)
    }
}

/// Where somebody's own calls are: nearly all that [`is_own`](offhook_core::access::is_own) lets
/// through, which has the last word.
pub(super) fn own_places(viewer: &Viewer) -> Result<Vec<Place>, StoreError> {
    let numbers: Vec<i64> = viewer.numbers.iter().map(|key| key.0).collect();
    let mut places = took_part(viewer.user_id.0)?;
    places.extend([
        Place::among_calls(
            json(&[viewer.user_id.0])?,
            // Digits in a text, which may be within another id, are found ten times as fast as
            // values in an array; and all of it in this index.
            "call INDEXED BY call_rung WHERE call.missed = 1 AND call.rung IS NOT NULL \
             AND instr(call.rung, place.value) > 0",
        ),
        Place::among_numbers(
            json(&numbers)?,
            "call_number AS seen CROSS JOIN call ON call.id = seen.call \
             WHERE seen.key = place.value AND call.to_key = place.value AND call.missed = 1",
        ),
    ]);
    Ok(places)
}

/// What somebody answered, made, or was handed.
fn took_part(user: i64) -> Result<Vec<Place>, StoreError> {
    let user = json(&[user])?;
    Ok(vec![
        Place::among_calls(user.clone(), "call WHERE call.answered_user = place.value"),
        Place::among_calls(user.clone(), "call WHERE call.made_by = place.value"),
        Place::among_calls(
            user,
            "call WHERE call.transferred_to IS NOT NULL AND EXISTS (SELECT 1 \
             FROM json_each(call.transferred_to) AS taker \
             WHERE taker.value ->> 'user_id' = place.value)",
        ),
    ])
}

/// Whether a grant is for a place, as far as its text tells.
fn is_for(grant: &Grant, place: &Party) -> bool {
    match grant {
        Grant::Number(number) => place.key == Some(*number),
        Grant::Text(text) => place.number.trim().to_lowercase() == *text,
        Grant::Pattern(pattern) => pattern.matches(place),
    }
}

/// Steps from one value in an index to the next, so that it costs as much as there are values and
/// not as there are calls.
macro_rules! distinct {
    ($column:literal, $more:literal) => {
        concat!(
            "WITH RECURSIVE place (name) AS ( \
                 SELECT min(",
            $column,
            ") FROM call WHERE ",
            $column,
            " IS NOT NULL \
                 UNION ALL \
                 SELECT (SELECT min(call.",
            $column,
            ") FROM call WHERE call.",
            $column,
            " > place.name) FROM place WHERE place.name IS NOT NULL) \
             SELECT name FROM place WHERE name IS NOT NULL",
            $more
        )
    };
}
const QUEUES: &str = distinct!("queue", " LIMIT ?1");
/// Those that are spelled as a pattern says, which comes next.
pub(super) const QUEUES_LIKE: &str = distinct!("queue", " AND name GLOB ");
const OUR_NUMBERS: &str = distinct!("our_number", " LIMIT ?1");

async fn places(
    connection: &mut SqliteConnection,
    statement: &'static str,
) -> Result<Option<Vec<String>>, StoreError> {
    let names: Vec<String> = sqlx::query_scalar(statement)
        .bind(i64::try_from(MOST_PLACES + 1).unwrap_or(i64::MAX))
        .fetch_all(connection)
        .await
        .map_err(store_error)?;
    Ok((names.len() <= MOST_PLACES).then_some(names))
}
