use offhook_core::call::{Direction, State as CallState};
use offhook_core::number::NumberKey;
use offhook_core::{ContactId, UnixMillis, UserId};
use offhook_engine::store::CallQuery;
use serde::Deserialize;
use serde_json::{Map, Value};
use utoipa::{IntoParams, ToSchema};

use crate::App;
use crate::api::{PageQuery, parse_time};
use crate::auth::SignedIn;
use crate::problem::Problem;

/// Which calls; every filter that is set must hold.
#[derive(Debug, Default, Deserialize, IntoParams, ToSchema)]
#[into_params(parameter_in = Query)]
pub(crate) struct CallFilter {
    /// `in`, `out` or `internal`.
    direction: Option<String>,
    /// `ringing`, `answered` or `ended`.
    state: Option<String>,
    /// `true` or `false`.
    missed: Option<String>,
    /// `true` or `false`.
    done: Option<String>,
    /// The name of a source.
    source: Option<String>,
    /// A queue.
    queue: Option<String>,
    /// A number, on either side.
    number: Option<String>,
    /// A contact with one of its numbers on either side.
    contact_id: Option<String>,
    /// Who answered.
    user_id: Option<String>,
    /// `true`: what the one who asks answered, made, was handed, or missed while it rang at their
    /// phone. `false` is as if left out.
    mine: Option<String>,
    /// Started at this time (RFC 3339) or later.
    since: Option<String>,
    /// Started before this time (RFC 3339).
    until: Option<String>,
    /// Text in a name, number, queue or PBX's id.
    q: Option<String>,
}

impl CallFilter {
    const NAMES: [&str; 13] = [
        "direction",
        "state",
        "missed",
        "done",
        "source",
        "queue",
        "number",
        "contact_id",
        "user_id",
        "mine",
        "since",
        "until",
        "q",
    ];

    /// Calls with this number or contact.
    pub(super) fn with(number: Option<String>, contact_id: Option<String>) -> Self {
        Self {
            number,
            contact_id,
            ..Self::default()
        }
    }

    /// Reads a filter out of a JSON object, in the same names and values as in a query string;
    /// ids and truth values may also stand there as JSON has them. An unknown name is refused: a
    /// filter that is not heeded would let through too much.
    pub(super) fn from_json(object: &Map<String, Value>) -> Result<Self, Problem> {
        let mut texts = Map::new();
        for (name, value) in object {
            let field = format!("filter.{name}");
            let text = match value {
                Value::Null => continue,
                Value::String(text) => text.clone(),
                Value::Bool(_) | Value::Number(_) => value.to_string(),
                _ => return Err(Problem::invalid(field, "must be text")),
            };
            if !Self::NAMES.contains(&name.as_str()) {
                return Err(Problem::invalid(field, "there is no such filter"));
            }
            texts.insert(name.clone(), Value::String(text));
        }
        serde_json::from_value(Value::Object(texts)).map_err(|why| Problem::invalid("filter", why))
    }

    /// The query; none when a filter names what there is not, which fits nothing.
    pub(super) async fn query(
        &self,
        app: &App,
        user: &SignedIn,
        page: PageQuery,
    ) -> Result<Option<CallQuery>, Problem> {
        let snapshot = app.configuration.now();
        let mut query = CallQuery::newest(user.visibility(app), page.limit);
        query.after = page.after;
        query.direction = word(
            "direction",
            self.direction.as_deref(),
            "in, out or internal",
            Direction::from_word,
        )?;
        let states = "ringing, answered or ended";
        query.state = word("state", self.state.as_deref(), states, CallState::from_word)?;
        query.missed = truth("missed", self.missed.as_deref())?;
        query.done = truth("done", self.done.as_deref())?;
        query.since = time("since", self.since.as_deref())?;
        query.until = time("until", self.until.as_deref())?;
        query.user_id = id("user_id", self.user_id.as_deref())?.map(UserId);
        query.mine = truth("mine", self.mine.as_deref())?
            .filter(|mine| *mine)
            .map(|_| user.identity.user.viewer.clone());
        query.queue = given(self.queue.as_deref()).map(str::to_owned);
        query.search = given(self.q.as_deref()).map(str::to_owned);
        if let Some(search) = &query.search {
            query.search_users = snapshot.users_named(search);
        }
        let contact = id("contact_id", self.contact_id.as_deref())?.map(ContactId);
        if let Some(number) = given(self.number.as_deref()) {
            let key = NumberKey::of(number, snapshot.country)
                .ok_or_else(|| Problem::invalid("number", "is no number"))?;
            query.numbers = Some(vec![key]);
        }
        if let Some(contact) = contact {
            let numbers = app.directory.contacts().numbers_of(contact).await?;
            let keys: Vec<NumberKey> = numbers.into_iter().map(|number| number.key).collect();
            query.numbers = Some(match query.numbers {
                None => keys,
                Some(asked) => asked.into_iter().filter(|key| keys.contains(key)).collect(),
            });
        }
        if let Some(name) = given(self.source.as_deref()) {
            match snapshot.source_by_name(name) {
                Some(live) => query.source_id = Some(live.source.id),
                None => return Ok(None),
            }
        }
        let fits_nothing = query.numbers.as_ref().is_some_and(Vec::is_empty);
        Ok((!fits_nothing).then_some(query))
    }
}

fn given(text: Option<&str>) -> Option<&str> {
    text.map(str::trim).filter(|text| !text.is_empty())
}

fn word<T>(
    field: &str,
    text: Option<&str>,
    words: &str,
    read: impl Fn(&str) -> Option<T>,
) -> Result<Option<T>, Problem> {
    text.map(|text| read(text).ok_or_else(|| Problem::invalid(field, format!("must be {words}"))))
        .transpose()
}

fn truth(field: &str, text: Option<&str>) -> Result<Option<bool>, Problem> {
    word(field, text, "true or false", |text| match text {
        "true" | "1" => Some(true),
        "false" | "0" => Some(false),
        _ => None,
    })
}

fn id(field: &str, text: Option<&str>) -> Result<Option<i64>, Problem> {
    word(field, text, "an id", |text| text.parse().ok())
}

fn time(field: &str, text: Option<&str>) -> Result<Option<UnixMillis>, Problem> {
    word(field, text, "a time like 2026-01-31T08:00:00Z", parse_time)
}
