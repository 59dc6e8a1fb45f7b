use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use offhook_core::access::{Role, Viewer, Visibility};
use offhook_core::call::{Call, Direction, Event, EventBody, EventKind, Party, fold};
use offhook_core::identify::Match;
use offhook_core::number::NumberKey;
use offhook_core::{CallId, ContactId, ConversationId, EventId, SourceId, UnixMillis, UserId};
use offhook_engine::directory::Directory;
use offhook_engine::live::{Hub, Missed, View};
use offhook_engine::store::{
    CallQuery, CallRecord, CallStore, Caller, Contact, ContactDraft, ContactNumber, ContactStore,
    Cursor, Incoming, Note, Outcome, Page, Pruned, StoreError,
};
use offhook_engine::{Journal, RecordError};
use tokio::sync::Semaphore;

/// So long at the most a test waits for what has to come.
const PATIENCE: Duration = Duration::from_secs(30);

/// What the store does with the next batch.
enum Order {
    Keep,
    Unavailable,
    Broken,
    /// Fails as long as this event is in the batch.
    BrokenBy(u128),
}

/// A store that keeps nothing but what it was asked.
struct Obedient {
    orders: Mutex<VecDeque<Order>>,
    batches: Mutex<Vec<Vec<u128>>>,
    /// A batch takes one; lets a test decide when the writer goes on.
    turns: Semaphore,
    /// Gets one for each batch that waits for its turn.
    waits: Semaphore,
    /// How many calls lag behind after the next looks; none after all of these.
    behind: Mutex<VecDeque<usize>>,
    /// Gets one for each time that calls are brought up to date.
    caught_up: Semaphore,
}

impl Obedient {
    fn new(turns: usize, orders: impl IntoIterator<Item = Order>) -> Arc<Self> {
        Arc::new(Self {
            orders: Mutex::new(orders.into_iter().collect()),
            batches: Mutex::default(),
            turns: Semaphore::new(turns),
            waits: Semaphore::new(0),
            behind: Mutex::default(),
            caught_up: Semaphore::new(0),
        })
    }

    /// Returns once the writer has come with its next batch.
    async fn asked(&self) {
        self.waits.acquire().await.unwrap().forget();
    }

    fn batches(&self) -> Vec<Vec<u128>> {
        self.batches.lock().unwrap().clone()
    }
}

fn outcome(incoming: &Incoming) -> Outcome {
    let id = i64::try_from(incoming.event.id.0).unwrap();
    let call = Call {
        id: CallId(id),
        revision: 1,
        conversation_id: ConversationId(id),
        source_id: incoming.source_id,
        call_id: id.to_string(),
        folded: fold(std::slice::from_ref(&incoming.event)).unwrap(),
        done_by_hand: None,
    };
    Outcome::Folded {
        call: Arc::new(call),
        before: None,
        changed: true,
    }
}

#[async_trait]
impl CallStore for Obedient {
    async fn newest_event(&self) -> Result<EventId, StoreError> {
        Ok(EventId(0))
    }

    async fn catch_up(&self) -> Result<usize, StoreError> {
        let behind = self.behind.lock().unwrap().pop_front().unwrap_or(0);
        self.caught_up.add_permits(1);
        Ok(behind)
    }

    async fn apply(&self, batch: &[Incoming]) -> Result<Vec<Outcome>, StoreError> {
        self.waits.add_permits(1);
        self.turns.acquire().await.unwrap().forget();
        let ids: Vec<u128> = batch.iter().map(|incoming| incoming.event.id.0).collect();
        self.batches.lock().unwrap().push(ids.clone());
        let order = self
            .orders
            .lock()
            .unwrap()
            .pop_front()
            .unwrap_or(Order::Keep);
        match order {
            Order::Unavailable => return Err(StoreError::Unavailable("full".to_owned())),
            Order::Broken => return Err(StoreError::Internal("broken".to_owned())),
            Order::BrokenBy(id) if ids.contains(&id) => {
                self.orders.lock().unwrap().push_front(Order::BrokenBy(id));
                return Err(StoreError::Internal("broken".to_owned()));
            }
            Order::BrokenBy(id) => self.orders.lock().unwrap().push_front(Order::BrokenBy(id)),
            Order::Keep => {}
        }
        Ok(batch.iter().map(outcome).collect())
    }

    async fn rehearse(&self, event: &Incoming) -> Result<Outcome, StoreError> {
        Ok(outcome(event))
    }

    async fn call(&self, _: CallId) -> Result<Option<CallRecord>, StoreError> {
        Ok(None)
    }

    async fn calls_by_id(&self, _: &[CallId]) -> Result<Vec<Call>, StoreError> {
        Ok(Vec::new())
    }

    async fn notes(
        &self,
        _: &[NumberKey],
        _: &Visibility,
        _: Option<Cursor>,
        _: usize,
    ) -> Result<Page<(CallId, Note)>, StoreError> {
        Ok(Page {
            items: Vec::new(),
            next: None,
        })
    }

    async fn calls(&self, _: &CallQuery) -> Result<Page<Call>, StoreError> {
        Ok(Page {
            items: Vec::new(),
            next: None,
        })
    }

    async fn count_calls(&self, _: &CallQuery) -> Result<usize, StoreError> {
        Ok(0)
    }

    async fn last_calls(
        &self,
        _: &[NumberKey],
        _: &Visibility,
    ) -> Result<HashMap<NumberKey, UnixMillis>, StoreError> {
        Ok(HashMap::new())
    }

    async fn callers(
        &self,
        _: SourceId,
        _: UnixMillis,
        _: usize,
    ) -> Result<Vec<Caller>, StoreError> {
        Ok(Vec::new())
    }

    async fn mark_done(
        &self,
        _: &[CallId],
        _: bool,
        _: UserId,
        _: UnixMillis,
        _: &Visibility,
    ) -> Result<Option<Vec<Call>>, StoreError> {
        Ok(None)
    }

    async fn add_note(
        &self,
        _: CallId,
        _: UserId,
        _: UnixMillis,
        _: &str,
        _: &Visibility,
    ) -> Result<Option<(Call, Note)>, StoreError> {
        Ok(None)
    }

    async fn reread_numbers(
        &self,
        _: CallId,
        _: usize,
        _: &(dyn for<'n> Fn(&'n str) -> Party + Send + Sync),
    ) -> Result<Option<CallId>, StoreError> {
        Ok(None)
    }

    async fn silent_calls(
        &self,
        _: UnixMillis,
        _: UnixMillis,
        _: usize,
    ) -> Result<Vec<Call>, StoreError> {
        Ok(Vec::new())
    }

    async fn forget_recent(&self, _: UnixMillis, _: usize) -> Result<Pruned, StoreError> {
        Ok(Pruned {
            rows: 0,
            more: false,
        })
    }

    async fn prune_calls(&self, _: UnixMillis, _: usize) -> Result<Pruned, StoreError> {
        Ok(Pruned {
            rows: 0,
            more: false,
        })
    }
}

/// Nobody is known.
struct NoContacts;

#[async_trait]
impl ContactStore for NoContacts {
    async fn add_contact(
        &self,
        _: &ContactDraft,
        _: &[ContactNumber],
        _: UnixMillis,
    ) -> Result<Contact, StoreError> {
        Err(StoreError::Internal("no contacts".to_owned()))
    }

    async fn add_contacts(
        &self,
        _: &[(ContactDraft, Vec<ContactNumber>)],
        _: UnixMillis,
    ) -> Result<(), StoreError> {
        Ok(())
    }

    async fn contact(&self, _: ContactId) -> Result<Option<Contact>, StoreError> {
        Ok(None)
    }

    async fn contacts(
        &self,
        _: Option<&str>,
        _: Option<Cursor>,
        _: usize,
    ) -> Result<Page<Contact>, StoreError> {
        Ok(Page {
            items: Vec::new(),
            next: None,
        })
    }

    async fn update_contact(
        &self,
        _: ContactId,
        _: Option<i64>,
        _: &ContactDraft,
        _: &[ContactNumber],
        _: UnixMillis,
    ) -> Result<Option<Contact>, StoreError> {
        Ok(None)
    }

    async fn merge_contacts(
        &self,
        _: (ContactId, Option<i64>),
        _: (ContactId, Option<i64>),
        _: &ContactDraft,
        _: &[ContactNumber],
        _: UnixMillis,
    ) -> Result<Option<Contact>, StoreError> {
        Ok(None)
    }

    async fn known_between(
        &self,
        _: &[(NumberKey, NumberKey)],
        _: usize,
    ) -> Result<Vec<(NumberKey, Match)>, StoreError> {
        Ok(Vec::new())
    }

    async fn delete_contact(&self, _: ContactId, _: Option<i64>) -> Result<bool, StoreError> {
        Ok(false)
    }

    async fn matches(&self, _: &[NumberKey]) -> Result<Vec<(NumberKey, Match)>, StoreError> {
        Ok(Vec::new())
    }

    async fn numbers_of(&self, _: ContactId) -> Result<Vec<ContactNumber>, StoreError> {
        Ok(Vec::new())
    }

    async fn numbers_matching(&self, _: &str, _: usize) -> Result<Vec<NumberKey>, StoreError> {
        Ok(Vec::new())
    }
}

fn incoming(id: u128) -> Incoming {
    let mut body = EventBody::new(EventKind::NewCall);
    body.direction = Some(Direction::In);
    let event = Event {
        id: EventId(id),
        at: UnixMillis(1000),
        body: body.into(),
    };
    Incoming {
        source_id: SourceId(1),
        arrived_at: UnixMillis(1000),
        event,
    }
}

fn journal(store: Arc<Obedient>) -> (Journal, Arc<Hub>) {
    let hub = Hub::start(Arc::new(Directory::new(Arc::new(NoContacts))));
    let (journal, _) = Journal::start(store, Arc::clone(&hub));
    (journal, hub)
}

/// Starts recording and returns once the event is in the queue.
async fn record(
    journal: &Journal,
    id: u128,
) -> tokio::task::JoinHandle<Result<Outcome, RecordError>> {
    let journal = journal.clone();
    let task = tokio::spawn(async move { journal.record(incoming(id)).await });
    // The test runs on one thread: the task gets as far as it can before this goes on.
    tokio::task::yield_now().await;
    task
}

#[tokio::test]
async fn what_comes_while_a_commit_syncs_is_the_next_batch_and_is_answered_and_announced() {
    let store = Obedient::new(1, []);
    let (journal, hub) = journal(Arc::clone(&store));
    let mut listener = hub.subscribe(None);
    let first = record(&journal, 1).await;
    assert!(first.await.unwrap().is_ok());
    store.asked().await;
    let mut rest = vec![record(&journal, 2).await];
    store.asked().await;
    for id in 3..=5 {
        rest.push(record(&journal, id).await);
    }
    store.turns.add_permits(2);
    for task in rest {
        assert!(task.await.unwrap().is_ok());
    }
    assert_eq!(store.batches(), [vec![1], vec![2], vec![3, 4, 5]]);
    for sequence in 1..=5 {
        let announced = listener.announcements.recv().await.unwrap();
        assert_eq!(announced.sequence, sequence);
    }
    let admin = Viewer {
        user_id: UserId(1),
        role: Role::Admin,
        numbers: Vec::new(),
    };
    let view = View::of(&admin, &Visibility::All);
    let heard = hub.id(3, view);
    let Missed::These(missed) = hub.subscribe(Some((&heard, view))).missed else {
        panic!()
    };
    assert_eq!(
        missed.iter().map(|past| past.sequence).collect::<Vec<_>>(),
        [4, 5]
    );
}

#[tokio::test]
async fn calls_are_brought_up_to_date_in_lulls_and_at_the_end() {
    let store = Obedient::new(9, []);
    store.behind.lock().unwrap().extend([2, 1]);
    let looks = async |count| {
        let looked = tokio::time::timeout(PATIENCE, store.caught_up.acquire_many(count)).await;
        looked.expect("in time").unwrap().forget();
    };
    let hub = Hub::start(Arc::new(Directory::new(Arc::new(NoContacts))));
    let (journal, ended) = Journal::start(store.clone(), hub);
    // What an earlier run left, until nothing lags behind.
    looks(3).await;
    assert!(journal.record(incoming(1)).await.is_ok());
    looks(1).await;
    store.behind.lock().unwrap().extend([1]);
    drop(journal);
    ended.await.unwrap();
    assert_eq!(store.caught_up.available_permits(), 2);
}

#[tokio::test]
async fn a_busy_database_is_tried_once_more() {
    let store = Obedient::new(9, [Order::Unavailable, Order::Keep]);
    let (journal, _hub) = journal(Arc::clone(&store));
    assert!(journal.record(incoming(1)).await.is_ok());
    assert_eq!(store.batches(), [vec![1], vec![1]]);
}

#[tokio::test]
async fn a_full_disk_is_said_and_the_next_event_goes_in() {
    let store = Obedient::new(9, [Order::Unavailable, Order::Unavailable, Order::Keep]);
    let (journal, _hub) = journal(store);
    let refused = journal.record(incoming(1)).await.unwrap_err();
    assert_eq!(refused, RecordError::Unavailable("full".to_owned()));
    assert!(journal.record(incoming(2)).await.is_ok());
}

#[tokio::test]
async fn a_bad_event_fails_alone() {
    let store = Obedient::new(0, [Order::BrokenBy(3)]);
    let (journal, _hub) = journal(Arc::clone(&store));
    let mut tasks = vec![record(&journal, 1).await];
    store.asked().await;
    for id in 2..=4 {
        tasks.push(record(&journal, id).await);
    }
    store.turns.add_permits(99);
    let mut kept = Vec::new();
    for task in tasks {
        kept.push(task.await.unwrap().is_ok());
    }
    assert_eq!(kept, [true, true, false, true]);
    assert_eq!(
        store.batches(),
        [vec![1], vec![2, 3, 4], vec![2], vec![3], vec![4]]
    );
}

#[tokio::test]
async fn an_event_that_is_always_refused_is_answered() {
    let store = Obedient::new(9, [Order::Broken, Order::Broken]);
    let (journal, _hub) = journal(store);
    assert!(matches!(
        journal.record(incoming(1)).await,
        Err(RecordError::Unavailable(_))
    ));
}

#[tokio::test]
async fn a_full_queue_refuses_at_once() {
    let store = Obedient::new(0, []);
    let (journal, _hub) = journal(Arc::clone(&store));
    let mut waiting = Vec::new();
    let mut refused = None;
    for id in 0..10_000 {
        let task = record(&journal, id).await;
        if task.is_finished() {
            refused = Some(task.await.unwrap());
            break;
        }
        waiting.push(task);
    }
    assert_eq!(refused.unwrap().unwrap_err(), RecordError::Full);
    // Nothing that waited is lost.
    store.turns.add_permits(10_000);
    for task in waiting {
        assert!(task.await.unwrap().is_ok());
    }
}
