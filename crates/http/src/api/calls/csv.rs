use std::io;

use axum::body::Body;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use futures_util::stream::try_unfold;
use http::header;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use offhook_core::UnixMillis;
use offhook_engine::store::{CallQuery, Cursor};

use super::{CallFilter, CallView};
use crate::App;
use crate::api::{ApiQuery, PageQuery};
use crate::auth::SignedIn;
use crate::problem::Problem;

/// Calls read at a time.
const PAGE: usize = 500;
/// Spreadsheets take the text for UTF-8 when it begins with this.
const BYTE_ORDER_MARK: &str = "\u{feff}";
const COLUMNS: [&str; 18] = [
    "id",
    "started_at",
    "answered_at",
    "ended_at",
    "direction",
    "state",
    "missed",
    "done",
    "from",
    "from_name",
    "to",
    "to_name",
    "queue",
    "answered_by",
    "waiting_seconds",
    "talking_seconds",
    "cause",
    "source",
];

/// The calls that fit as a table for spreadsheets, newest first
///
/// All of them, in one answer that is sent as it is read. Times are those of the settings' time
/// zone. A cell that a spreadsheet would take for a formula begins with an apostrophe.
#[utoipa::path(get, path = "/api/v1/calls.csv", tag = "calls", params(CallFilter),
    responses((status = 200, content_type = "text/csv", body = String),
        (status = 401, body = Problem), (status = 422, body = Problem)))]
pub(super) async fn handler(
    State(app): State<App>,
    user: SignedIn,
    ApiQuery(filter): ApiQuery<CallFilter>,
) -> Result<Response, Problem> {
    let query = filter.query(&app, &user, PageQuery::first(PAGE)).await?;
    let begun = Reading { app, user, query };
    let heading = format!("{BYTE_ORDER_MARK}{}\r\n", COLUMNS.join(","));
    let parts = try_unfold((begun, Some(heading), None), |(reading, heading, after)| {
        part(reading, heading, after)
    });
    let headers = [
        (header::CONTENT_TYPE, "text/csv; charset=utf-8"),
        (
            header::CONTENT_DISPOSITION,
            "attachment; filename=\"calls.csv\"",
        ),
    ];
    Ok((headers, Body::from_stream(parts)).into_response())
}

struct Reading {
    app: App,
    user: SignedIn,
    /// None once all is read, or when nothing fits.
    query: Option<CallQuery>,
}

type Place = (Reading, Option<String>, Option<Cursor>);

/// The next page as text. An error cuts the answer off, so that nobody takes it for the whole.
async fn part(
    mut reading: Reading,
    heading: Option<String>,
    after: Option<Cursor>,
) -> io::Result<Option<(Bytes, Place)>> {
    let Some(mut query) = reading.query.take() else {
        let rest = heading.map(|text| (Bytes::from(text), (reading, None, None)));
        return Ok(rest);
    };
    let app = &reading.app;
    // Rights are judged when sending, and reading takes a while.
    if app.access.identify(&reading.user.credential).is_none() {
        return Err(io::Error::other("signed out meanwhile"));
    }
    query.visibility = reading.user.visibility(app);
    query.after = after;
    let page = (app.log.page(query.clone()).await).map_err(io::Error::other)?;
    let snapshot = app.configuration.now();
    let zone = TimeZone::get(&snapshot.settings.time_zone).unwrap_or(TimeZone::UTC);
    let mut text = heading.unwrap_or_default();
    for named in &page.items {
        let folded = &named.call.folded;
        let times = [Some(folded.started_at), folded.answered_at, folded.ended_at];
        let times = times.map(|at| at.map_or_else(String::new, |at| local(at, &zone)));
        line(&mut text, &CallView::new(named, &snapshot).cells(times));
    }
    if page.next.is_some() {
        reading.query = Some(query);
    }
    Ok(Some((Bytes::from(text), (reading, None, page.next))))
}

impl CallView {
    /// In the order of [`COLUMNS`].
    fn cells(self, [started_at, answered_at, ended_at]: [String; 3]) -> [String; 18] {
        let answered_by = self.answered_by.and_then(|by| by.name.or(by.number));
        let seconds = |seconds: Option<i64>| seconds.map_or_else(String::new, |s| s.to_string());
        let number = |number: String, pretty: String| {
            if pretty.is_empty() { number } else { pretty }
        };
        [
            self.id.to_string(),
            started_at,
            answered_at,
            ended_at,
            self.direction.to_owned(),
            self.state.to_owned(),
            self.missed.to_string(),
            self.done.to_string(),
            number(self.from.number, self.from.pretty),
            self.from.name.unwrap_or_default(),
            number(self.to.number, self.to.pretty),
            self.to.name.unwrap_or_default(),
            self.queue,
            answered_by.unwrap_or_default(),
            seconds(self.waiting_seconds),
            seconds(self.talking_seconds),
            self.cause.unwrap_or_default().to_owned(),
            self.source,
        ]
    }
}

/// As spreadsheets read times: `2026-01-31 08:00:00`.
fn local(at: UnixMillis, zone: &TimeZone) -> String {
    let at = Timestamp::from_millisecond(at.0).unwrap_or_default();
    let there = zone.to_datetime(at);
    format!("{} {:.0}", there.date(), there.time())
}

fn line(out: &mut String, cells: &[String]) {
    for (place, cell) in cells.iter().enumerate() {
        if place > 0 {
            out.push(',');
        }
        push_cell(out, cell);
    }
    out.push_str("\r\n");
}

/// Writes a cell that no spreadsheet takes for a formula, whoever chose the text.
fn push_cell(out: &mut String, cell: &str) {
    let formula = cell.trim_start().starts_with(['=', '+', '-', '@']) && !is_number(cell)
        || cell.starts_with(['\t', '\r', '\n']);
    let quoted = cell.contains([',', ';', '"', '\r', '\n', '\t']);
    if quoted {
        out.push('"');
    }
    if formula {
        out.push('\'');
    }
    if quoted {
        out.push_str(&cell.replace('"', "\"\""));
        out.push('"');
    } else {
        out.push_str(cell);
    }
}

/// A number for people (`+49 30 1234`), which is no formula.
fn is_number(cell: &str) -> bool {
    (cell.strip_prefix('+')).is_some_and(|rest| {
        rest.starts_with(|c: char| c.is_ascii_digit())
            && rest.chars().all(|c| c.is_ascii_digit() || c == ' ')
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_cell_is_a_formula() {
        for (cell, written) in [
            ("", ""),
            ("Anna Lopez", "Anna Lopez"),
            ("Lopez, Anna", "\"Lopez, Anna\""),
            ("a \"b\"", "\"a \"\"b\"\"\""),
            ("+49 30 1234567", "+49 30 1234567"),
            ("+49-30", "'+49-30"),
            ("+", "'+"),
            ("+ 1", "'+ 1"),
            ("=1+1", "'=1+1"),
            (
                "=HYPERLINK(\"http://x\",\"y\")",
                "\"'=HYPERLINK(\"\"http://x\"\",\"\"y\"\")\"",
            ),
            (" =1", "' =1"),
            ("-1", "'-1"),
            ("@SUM(A1)", "'@SUM(A1)"),
            ("\t=1", "\"'\t=1\""),
            ("a\nb", "\"a\nb\""),
        ] {
            let mut out = String::new();
            push_cell(&mut out, cell);
            assert_eq!(out, written, "{cell:?}");
        }
    }
}
