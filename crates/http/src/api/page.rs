use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use offhook_engine::store::Cursor;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::problem::Problem;

/// How many items a page has unless asked otherwise.
const USUAL: usize = 50;
/// More are refused.
const MOST: usize = 500;

/// A part of a list.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Listed<T> {
    /// The items, in order.
    pub(crate) items: Vec<T>,
    /// What to ask for to go on; null at the end.
    pub(crate) next_cursor: Option<String>,
}

impl<T> Listed<T> {
    pub(crate) fn new(items: Vec<T>, next: Option<Cursor>) -> Self {
        Self {
            items,
            next_cursor: next.map(write_cursor),
        }
    }

    /// A list that is always whole.
    pub(crate) fn whole(items: Vec<T>) -> Self {
        Self {
            items,
            next_cursor: None,
        }
    }
}

/// Which part of a list, as a query string says it.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct PageParams {
    /// 1 to 500.
    limit: Option<String>,
    /// `next_cursor` of the page before.
    cursor: Option<String>,
}

impl PageParams {
    pub(crate) fn read(&self) -> Result<PageQuery, Problem> {
        PageQuery::read(self.limit.as_deref(), self.cursor.as_deref())
    }
}

/// Which part of a list is asked for.
#[derive(Debug, Clone, Copy)]
pub(crate) struct PageQuery {
    pub(crate) limit: usize,
    pub(crate) after: Option<Cursor>,
}

impl PageQuery {
    /// The first part, of this size.
    pub(crate) fn first(limit: usize) -> Self {
        Self { limit, after: None }
    }

    /// This part of what is in memory, in order of its ids, and where the next one begins.
    pub(crate) fn of<S>(self, all: Vec<S>, id: impl Fn(&S) -> i64) -> (Vec<S>, Option<Cursor>) {
        let from = (self.after).map_or(0, |after| all.partition_point(|item| id(item) <= after.id));
        let mut rest = all.into_iter().skip(from);
        let part: Vec<S> = rest.by_ref().take(self.limit).collect();
        let last = part.last().filter(|_| rest.next().is_some());
        let next = last.map(|last| Cursor {
            key: 0,
            id: id(last),
        });
        (part, next)
    }

    pub(crate) fn read(limit: Option<&str>, cursor: Option<&str>) -> Result<Self, Problem> {
        let limit = match limit {
            None => USUAL,
            Some(text) => text
                .parse()
                .ok()
                .filter(|limit| (1..=MOST).contains(limit))
                .ok_or_else(|| Problem::invalid("limit", format!("must be 1 to {MOST}")))?,
        };
        let after = cursor
            .filter(|cursor| !cursor.is_empty())
            .map(|cursor| {
                read_cursor(cursor).ok_or_else(|| {
                    Problem::invalid("cursor", "is none of ours: leave it out to start anew")
                })
            })
            .transpose()?;
        Ok(Self { limit, after })
    }
}

fn write_cursor(cursor: Cursor) -> String {
    URL_SAFE_NO_PAD.encode(format!("{}:{}", cursor.key, cursor.id))
}

fn read_cursor(text: &str) -> Option<Cursor> {
    let bytes = URL_SAFE_NO_PAD.decode(text).ok()?;
    let (key, id) = std::str::from_utf8(&bytes).ok()?.split_once(':')?;
    Some(Cursor {
        key: key.parse().ok()?,
        id: id.parse().ok()?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_comes_back_as_it_was() {
        let cursor = Cursor {
            key: -5,
            id: i64::MAX,
        };
        assert_eq!(read_cursor(&write_cursor(cursor)), Some(cursor));
        for broken in ["", "x", "MTIz", "????"] {
            assert_eq!(read_cursor(broken), None, "{broken}");
        }
    }

    #[test]
    fn a_list_in_memory_comes_part_by_part() {
        let all = vec![1, 3, 4, 7, 9];
        for limit in 1..=6 {
            let mut page = PageQuery::first(limit);
            let mut found = Vec::new();
            loop {
                let (part, next) = page.of(all.clone(), |id| *id);
                assert!(!part.is_empty() && part.len() <= limit, "{limit}");
                found.extend(part);
                page.after = next;
                if next.is_none() {
                    break;
                }
            }
            assert_eq!(found, all, "{limit}");
        }
        // Where the last one is gone meanwhile.
        let after = Some(Cursor { key: 0, id: 5 });
        let (part, next) = PageQuery { limit: 2, after }.of(all, |id| *id);
        assert_eq!((part, next), (vec![7, 9], None));
        let none = PageQuery::first(1).of(Vec::<i64>::new(), |id| *id);
        assert_eq!(none, (vec![], None));
    }

    #[test]
    fn limits_have_bounds() {
        let limit = |text| PageQuery::read(Some(text), None).map(|page| page.limit);
        assert_eq!(limit("1"), Ok(1));
        assert_eq!(limit("500"), Ok(500));
        for wrong in ["0", "501", "-1", "many", ""] {
            assert!(limit(wrong).is_err(), "{wrong}");
        }
    }
}
