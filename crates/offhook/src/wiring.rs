//! Puts the crates together: stores, engine, surface.

use std::fs::{File, TryLockError};
use std::path::Path;
use std::sync::Arc;

use anyhow::{Context, Result, bail};
use offhook_engine::access::Access;
use offhook_engine::clock::{Clock, EventIds, SystemClock};
use offhook_engine::configuration::Configuration;
use offhook_engine::connect::{Dialer, Dials, Exchange, Lines, Previews, Statuses};
use offhook_engine::directory::{Contacts, Directory};
use offhook_engine::jobs::Jobs;
use offhook_engine::live::Hub;
use offhook_engine::out::{Forwards, Outbox};
use offhook_engine::store::CallStore;
use offhook_engine::{CallLog, Journal, Recorder, SealingKey, Switchboard};
use offhook_http::{App, Front, OutboxHandle, Parts, Public, RequestsHandle, Tls, TrustedProxies};
use offhook_store_sql::{SqliteRequestStore, SqliteStore};
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinHandle;

use crate::config::{Place, ServeConfig};

/// A server that is ready to take calls.
pub(crate) struct Server {
    /// `http://ADDRESS` where it listens.
    pub(crate) url: String,
    /// Its users, sources and settings.
    pub(crate) configuration: Arc<Configuration>,
    /// The link that makes the first administrator, where there is no user yet.
    pub(crate) welcome_link: Option<String>,
    listener: TcpListener,
    tls: Option<Tls>,
    front: Front,
    closing: watch::Sender<bool>,
    background: Vec<JoinHandle<()>>,
    /// These end by themselves once nothing is to be written any more.
    writers: Vec<JoinHandle<()>>,
    store: Arc<SqliteStore>,
    requests: Arc<SqliteRequestStore>,
    _lock: File,
}

impl Server {
    /// Opens the database, starts the engine and binds the address.
    pub(crate) async fn start(config: ServeConfig) -> Result<Self> {
        let mut address = config.address;
        let tls = match &address.tls {
            Some((certificate, key)) => Some(Tls::open(certificate, key)?),
            None => None,
        };
        make_folder(&config.place)?;
        let lock = lock(&config.place.lock())?;
        let listener = TcpListener::bind(address.listen)
            .await
            .with_context(|| format!("the address {} can not be listened on", address.listen))?;
        // The port may have been left to the system.
        address.listen = listener.local_addr()?;

        let store = Arc::new(SqliteStore::open(&config.place.database()).await?);
        let requests = Arc::new(SqliteRequestStore::open(&config.place.requests()).await?);
        let key = Arc::new(SealingKey::open(&config.place.key())?);
        let clock: Arc<dyn Clock> = Arc::new(SystemClock);
        let configuration =
            Configuration::load(store.clone(), store.clone(), key, Arc::clone(&clock)).await?;
        let directory = Arc::new(Directory::new(store.clone()));
        let hub = Hub::start(Arc::clone(&directory));
        let (journal, journal_writer) = Journal::start(store.clone(), Arc::clone(&hub));
        let (recorder, request_writer) = Recorder::start(requests.clone());

        let ids = Arc::new(EventIds::after(store.newest_event().await?));
        let jobs = Jobs {
            calls: store.clone(),
            accounts: store.clone(),
            requests: requests.clone(),
            maintenance: store.clone(),
            configuration: Arc::clone(&configuration),
            directory: Arc::clone(&directory),
            hub: Arc::clone(&hub),
            journal: journal.clone(),
            ids: Arc::clone(&ids),
            clock: Arc::clone(&clock),
        };
        let forwards = Forwards::default();
        let outbox = Outbox {
            spool: store.clone(),
            configuration: Arc::clone(&configuration),
            hub: Arc::clone(&hub),
            clock: Arc::clone(&clock),
            forwards: forwards.clone(),
        };
        let follower = Arc::clone(&configuration);
        let background = vec![
            tokio::spawn(jobs.run()),
            tokio::spawn(outbox.run()),
            tokio::spawn(async move { follower.follow().await }),
        ];
        let (closing, closed) = watch::channel(false);
        let switchboard = Switchboard::new(Arc::clone(&configuration), journal.clone(), ids);
        let (statuses, lines) = (Statuses::default(), Lines::default());
        let dials = Dials::default();
        let exchange = Exchange {
            configuration: Arc::clone(&configuration),
            switchboard: switchboard.clone(),
            journal,
            calls: store.clone(),
            clock: Arc::clone(&clock),
            statuses: statuses.clone(),
            lines: lines.clone(),
            previews: Previews::default(),
            dials: dials.clone(),
        };
        let listening = tokio::spawn(exchange.clone().run(closed.clone()));
        let app = App::new(Parts {
            switchboard,
            access: Access::new(Arc::clone(&configuration), Arc::clone(&clock)),
            log: CallLog::new(
                store.clone(),
                Arc::clone(&directory),
                Arc::clone(&hub),
                Arc::clone(&clock),
            ),
            contacts: Contacts::new(
                Arc::clone(&directory),
                store.clone(),
                Arc::clone(&hub),
                Arc::clone(&configuration),
                Arc::clone(&clock),
            ),
            configuration: Arc::clone(&configuration),
            directory,
            hub,
            outbox: OutboxHandle {
                spool: store.clone(),
                forwards,
            },
            exchange,
            dialer: Dialer {
                lines,
                statuses,
                dials,
                configuration: Arc::clone(&configuration),
                clock: Arc::clone(&clock),
            },
            recorder,
            requests: RequestsHandle(requests.clone()),
            clock,
            public: Public {
                listen: address.listen,
                tls: tls.is_some(),
                url: address.public_url.clone(),
                proxies: TrustedProxies(config.trusted_proxies),
            },
            closing: closed,
        });
        Ok(Self {
            url: address.url(),
            configuration,
            welcome_link: app.welcome_link(),
            front: Front::new(app, offhook_ui::page()),
            listener,
            tls,
            closing,
            background,
            writers: vec![listening, journal_writer, request_writer],
            store,
            requests,
            _lock: lock,
        })
    }

    /// Serves until `shutdown` is done; then answers what is in flight, writes down what is
    /// waiting, and leaves the files tidy.
    pub(crate) async fn run(self, shutdown: impl Future<Output = ()>) -> Result<()> {
        let closing = self.closing;
        let shutdown = async move {
            shutdown.await;
            closing.send_replace(true);
        };
        offhook_http::serve(self.listener, self.tls, self.front, shutdown).await;
        for job in &self.background {
            job.abort();
        }
        for job in self.background {
            // Until it has let go of what it has.
            job.await.ok();
        }
        for writer in self.writers {
            writer.await.context("a writer failed")?;
        }
        drop(self.configuration);
        // Somebody may still be answered, and hold them until the process ends.
        match Arc::try_unwrap(self.store) {
            Ok(store) => store.close().await?,
            Err(store) => store.empty_wal().await?,
        }
        if let Ok(requests) = Arc::try_unwrap(self.requests) {
            requests.close().await?;
        }
        Ok(())
    }
}

/// Makes the data folder where it is missing, for its owner alone, and says so.
pub(crate) fn make_folder(place: &Place) -> Result<()> {
    if place.data.is_dir() {
        return Ok(());
    }
    let mut builder = std::fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder
        .create(&place.data)
        .with_context(|| format!("the folder {} can not be made", place.data.display()))?;
    eprintln!("made the data folder {}", place.data.display());
    Ok(())
}

/// Holds the folder as long as the file is open: a second server on it would answer from rules and
/// a queue of its own.
pub(crate) fn lock(path: &Path) -> Result<File> {
    let file = File::options()
        .write(true)
        .create(true)
        .truncate(false)
        .open(path)
        .with_context(|| format!("{} can not be written", path.display()))?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => {
            let folder = path.parent().unwrap_or(path).display();
            bail!(
                "another offhook serves the folder {folder}: stop it, or name another with --data"
            )
        }
        Err(TryLockError::Error(error)) => {
            Err(error).with_context(|| format!("{} can not be locked", path.display()))
        }
    }
}
