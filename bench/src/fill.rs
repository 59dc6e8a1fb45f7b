//! A large log and a large directory, made through the store itself and not through HTTP.

use std::path::Path;

use anyhow::Result;
use offhook_core::call::{Cause, Direction, Event, EventBody, EventKind, Party};
use offhook_core::identify::Level;
use offhook_core::number::NumberKey;
use offhook_core::{EventId, SourceId, UnixMillis};
use offhook_store::{CallStore, ContactDraft, ContactNumber, ContactStore, Incoming};
use offhook_store_sql::SqliteStore;

use crate::clock::unix_millis;
use crate::story::mix;

/// The calls of this many days: none is older than what is kept.
const DAYS: i64 = 300;
const DAY_MILLIS: i64 = 86_400_000;
/// Calls or contacts of one transaction.
const BATCH: usize = 4000;
/// Numbers that calls come from, contacts among them.
const NUMBERS: u64 = 3_000_000;

/// Fills the database in this folder, which has its source already.
pub(crate) fn fill(data: &Path, calls: usize, contacts: usize) -> Result<()> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    runtime.block_on(async {
        let store = SqliteStore::open(&data.join("offhook.db")).await?;
        add_contacts(&store, contacts).await?;
        add_calls(&store, calls).await?;
        let yesterday = UnixMillis(unix_millis() - DAY_MILLIS);
        while store.forget_recent(yesterday, BATCH).await?.more {
            store.checkpoint().await?;
        }
        store.close().await?;
        Ok(())
    })
}

async fn add_contacts(store: &SqliteStore, count: usize) -> Result<()> {
    let mut drafts = Vec::with_capacity(BATCH);
    for number in 0..u64::try_from(count)? {
        drafts.push(contact(number));
        if drafts.len() == BATCH {
            store
                .add_contacts(&drafts, UnixMillis(unix_millis()))
                .await?;
            store.checkpoint().await?;
            drafts.clear();
        }
    }
    store
        .add_contacts(&drafts, UnixMillis(unix_millis()))
        .await?;
    Ok(())
}

fn contact(number: u64) -> (ContactDraft, Vec<ContactNumber>) {
    let (text, key) = phone(number);
    let draft = ContactDraft {
        name: format!("{} {}", syllables(number), syllables(number ^ 0x5555)),
        organization: format!("{} GmbH", syllables(number / 7)),
        phones: vec![text],
        ..ContactDraft::default()
    };
    let level = Level::Known;
    (draft, vec![ContactNumber { key, level }])
}

fn syllables(number: u64) -> String {
    const PARTS: [&str; 16] = [
        "ba", "ler", "mo", "tin", "ka", "schu", "wei", "ger", "ho", "land", "ri", "ste", "fan",
        "lu", "dor", "neu",
    ];
    let bits = mix(number);
    let part = |shift: u32| PARTS[usize::try_from(bits >> shift & 15).unwrap_or(0)];
    [part(0), part(4), part(8)].concat()
}

fn phone(number: u64) -> (String, NumberKey) {
    let digits = 4_930_000_000_000 + mix(number) % 10_000_000_000;
    let key = NumberKey(i64::try_from(digits).unwrap_or(i64::MAX));
    (digits.to_string(), key)
}

async fn add_calls(store: &SqliteStore, count: usize) -> Result<()> {
    let count_u64 = u64::try_from(count)?.max(1);
    let first = unix_millis() - DAYS * DAY_MILLIS;
    let step = (DAYS - 2) * DAY_MILLIS / i64::try_from(count_u64)?;
    let mut batch = Vec::with_capacity(BATCH * 3);
    let mut at = first;
    for number in 0..count_u64 {
        tell(number, at, &mut batch);
        at += step;
        if batch.len() >= BATCH * 2 || number + 1 == count_u64 {
            store.apply(&batch).await?;
            store.checkpoint().await?;
            batch.clear();
        }
    }
    Ok(())
}

/// A call with its two or three events.
fn tell(number: u64, at: i64, batch: &mut Vec<Incoming>) {
    let bits = mix(number ^ 0xabcd);
    let answered = bits % 10 < 7;
    let (text, key) = phone(bits % NUMBERS);
    let (ours, our_key) = ("493055512340".to_owned(), NumberKey(493_055_512_340));
    let party = |number, key| Party {
        number,
        key: Some(key),
        name: None,
    };
    let kinds: &[EventKind] = if answered {
        &[EventKind::NewCall, EventKind::Answer, EventKind::Hangup]
    } else {
        &[EventKind::NewCall, EventKind::Hangup]
    };
    for (place, &kind) in (0_u8..).zip(kinds) {
        let mut body = EventBody::new(kind);
        body.call_id = Some(format!("{bits:016x}-{number:x}"));
        body.direction = Some(Direction::In);
        body.from = Some(party(text.clone(), key));
        body.to = Some(party(ours.clone(), our_key));
        match kind {
            EventKind::NewCall => body.queue = Some("support".to_owned()),
            EventKind::Answer => body.users = vec!["Emma Taylor".to_owned()],
            _ if answered => body.cause = Some(Cause::NormalClearing),
            _ => body.cause = Some(Cause::NoAnswer),
        }
        let at = UnixMillis(at + i64::from(place) * 9000);
        let millis = u128::try_from(at.0).unwrap_or(0);
        let id = (millis << 80) | (u128::from(number) << 8) | u128::from(place);
        batch.push(Incoming {
            source_id: SourceId(1),
            arrived_at: at,
            event: Event {
                id: EventId(id),
                at,
                body: body.into(),
            },
        });
    }
}
