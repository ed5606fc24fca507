//! What lives as long as the page: the link to the engine, and what the engine last told of itself.
//!
//! In: events and answers of the engine. Out: signals to read, and [`Shop::ask`]. Everything else on the screens is
//! derived from these; only events, answers and presses of a button write here.

use super::bulk::{Keeper, TakenBack, forget_taken_back};
use super::settings::Editor;
use crate::browser::leave::{self, Leave};
use crate::browser::link::{Gone, Link, LinkState};
use crate::browser::{build, dropped, page};
use crate::domain::settings::Settings;
use crate::engine::protocol::{
    Connect, Connection, Disconnect, Event, FileSummary, Host, Hosts, Overview, PastedKey, Place, Question, Stage, Trouble,
    TroubleKind,
};
use crate::route::Route;
use leptos::prelude::*;
use leptos::task::spawn_local;
use std::rc::Rc;

/// The root of the page's state. Cheap to copy; all copies are one.
#[derive(Clone, Copy)]
pub(crate) struct Shop {
    link: StoredValue<Option<Link>, LocalStorage>,
    /// Whether the engine can be asked.
    pub(crate) engine: RwSignal<LinkState>,
    /// Where we are connected.
    pub(crate) connection: RwSignal<Connection>,
    /// Where the bulk run stands.
    pub(crate) stage: RwSignal<Stage>,
    /// Whether the first overview has been read (and a kept key been tried), so that there is something to show.
    pub(crate) settled: RwSignal<bool>,
    /// What was lost when the engine had to be started again.
    pub(crate) lost: RwSignal<Option<Lost>>,
    /// Why the kept key could not be used when the page started.
    pub(crate) key_trouble: RwSignal<Option<Trouble>>,
    /// Whether the browser believes to have a network.
    pub(crate) online: RwSignal<bool>,
    /// Whether files hover over the page.
    pub(crate) dragging: RwSignal<bool>,
    /// The settings being edited, of the store they belong to. They outlive their page.
    pub(crate) editor: RwSignal<Option<(StoreName, Editor)>>,
    /// Keeps the file that is worked on past a reload.
    pub(crate) keeper: Keeper,
    /// The run whose old values are worked on.
    pub(crate) taken_back: RwSignal<Option<TakenBack>>,
    /// Where somebody wants to go who would leave unsaved settings behind.
    pub(crate) leaving: RwSignal<Option<Leaving>>,
    /// Whether leaving the page that is shown is asked about while settings are unsaved.
    is_guarded: RwSignal<bool>,
    /// Everything that shall live as long as the page is made under this owner.
    owner: StoredValue<Owner>,
    on_drop: StoredValue<Option<DropHandler>, LocalStorage>,
}

/// Which store: its address, and its community where it told it.
pub(crate) type StoreName = (String, Option<String>);

/// Where somebody wants to go.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Leaving {
    /// To another page.
    Page(Leave),
    /// Away from the store.
    Disconnect,
}

type DropHandler = Rc<dyn Fn(dropped::Dropped)>;

/// What an engine that crashed took with it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Lost {
    /// There was a connection.
    pub(crate) connection: bool,
    /// There was a file.
    pub(crate) file: bool,
    /// It was sending.
    pub(crate) sending: bool,
}

/// The steps of a bulk run, as the person sees them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Step {
    /// Choosing a file.
    File,
    /// Reading and checking it.
    Check,
    /// Comparing with the store.
    Review,
    /// Sending.
    Send,
    /// The report.
    Report,
}

/// Which screen a stage is shown on. Unlike the stage, this stays the same while numbers move.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Screen {
    /// [`Stage::Choosing`].
    Choosing,
    /// [`Stage::Unread`].
    Unread,
    /// [`Stage::Reading`].
    Reading,
    /// [`Stage::Checked`].
    Checked,
    /// [`Stage::Comparing`].
    Comparing,
    /// [`Stage::Reviewing`].
    Reviewing,
    /// [`Stage::Sending`].
    Sending,
    /// [`Stage::Done`].
    Done,
}

impl Screen {
    /// The screen of a stage.
    pub(crate) fn of(stage: &Stage) -> Self {
        match stage {
            Stage::Choosing { .. } => Self::Choosing,
            Stage::Unread(_) => Self::Unread,
            Stage::Reading(_) => Self::Reading,
            Stage::Checked(_) => Self::Checked,
            Stage::Comparing { .. } => Self::Comparing,
            Stage::Reviewing(_) => Self::Reviewing,
            Stage::Sending(_) => Self::Sending,
            Stage::Done(_) => Self::Done,
        }
    }

    /// The step it belongs to.
    pub(crate) fn step(self) -> Step {
        match self {
            Self::Choosing => Step::File,
            Self::Reading | Self::Unread | Self::Checked => Step::Check,
            Self::Comparing | Self::Reviewing => Step::Review,
            Self::Sending => Step::Send,
            Self::Done => Step::Report,
        }
    }
}

impl Shop {
    /// Starts the engine and asks it where things stand.
    pub(crate) fn open() -> Self {
        let shop = Self {
            link: StoredValue::new_local(None),
            engine: RwSignal::new(LinkState::Starting),
            connection: RwSignal::new(Connection::None),
            stage: RwSignal::new(Stage::Choosing { refusal: None }),
            settled: RwSignal::new(false),
            lost: RwSignal::new(None),
            key_trouble: RwSignal::new(None),
            online: RwSignal::new(page::is_online()),
            dragging: RwSignal::new(false),
            editor: RwSignal::new(None),
            keeper: Keeper::new(),
            taken_back: RwSignal::new(None),
            leaving: RwSignal::new(None),
            is_guarded: RwSignal::new(false),
            owner: StoredValue::new(Owner::current().unwrap_or_default()),
            on_drop: StoredValue::new_local(None),
        };
        shop.keeper.start(shop);
        forget_taken_back(shop);
        dropped::on_drop_anywhere(move |drag| shop.dragged(drag));
        page::on_network_change(move |online| shop.online.set(online));
        page::guard_leaving(move || {
            let would_lose = |stage: &Stage| match stage {
                Stage::Sending(_) => true,
                Stage::Done(report) => report.is_in_tab,
                _ => false,
            };
            shop.has_unsaved() || shop.stage.with_untracked(would_lose)
        });
        let is_held = move || shop.is_guarded.get_untracked() && shop.has_unsaved();
        leave::hold(Route::Settings.path(), is_held, move |to| shop.leaving.set(Some(Leaving::Page(to))));
        let Some(url) = build::engine_url() else {
            shop.engine.set(LinkState::Failed("The page does not say where its engine lies.".into()));
            shop.settled.set(true);
            return shop;
        };
        let link = Link::start(url, build::build_id(), move |event| shop.heard(event), move |state| shop.engine_is(state));
        shop.link.set_value(Some(link));
        spawn_local(shop.begin());
        shop
    }

    /// Asks, and waits for the answer.
    pub(crate) async fn ask<Q: Question>(self, question: Q) -> Result<Q::Answer, Gone> {
        match self.link.get_value() {
            Some(link) => link.ask(question).await,
            None => Err(Gone),
        }
    }

    /// Asks what can be refused; an engine that is gone is a refusal too.
    pub(crate) async fn try_ask<Q, T>(self, question: Q) -> Result<T, Trouble>
    where
        Q: Question<Answer = Result<T, Trouble>>,
    {
        self.ask(question).await.unwrap_or_else(|_| Err(gone()))
    }

    /// As [`Shop::try_ask`], with a file beside the question.
    pub(crate) async fn try_ask_with_file<Q, T>(self, question: Q, file: web_sys::File) -> Result<T, Trouble>
    where
        Q: Question<Answer = Result<T, Trouble>>,
    {
        match self.link.get_value() {
            Some(link) => link.ask_with_file(question, &file).await.unwrap_or_else(|_| Err(gone())),
            None => Err(gone()),
        }
    }

    /// Says something to which the answer does not matter: what follows from it comes as an event.
    pub(crate) fn tell<Q: Question + 'static>(self, question: Q) {
        spawn_local(async move {
            let _ = self.ask(question).await;
        });
    }

    /// The store we are connected to.
    pub(crate) fn place(self) -> Option<Place> {
        match self.connection.get() {
            Connection::To(place) => Some(place),
            Connection::None => None,
        }
    }

    /// As [`Shop::place`], for this once.
    pub(crate) fn place_now(self) -> Option<Place> {
        untrack(|| self.place())
    }

    /// The settings of this store that are being edited.
    pub(crate) fn editor_of(self, place: &Place) -> Option<Editor> {
        self.editor
            .with_untracked(|editor| editor.as_ref().filter(|(name, _)| *name == store_name(place)).map(|(_, editor)| *editor))
    }

    /// Begins to edit the settings of a store.
    pub(crate) fn edit(self, place: &Place, settings: Settings) -> Editor {
        let editor = self.owner.with_value(|owner| owner.with(|| Editor::new(self, place, settings)));
        self.editor.set(Some((store_name(place), editor)));
        editor
    }

    /// From now on whoever leaves the page with unsaved settings is asked, or no longer.
    pub(crate) fn guard(self, is_guarded: bool) {
        let _ = self.is_guarded.try_set(is_guarded);
    }

    /// Whether settings are unsaved.
    pub(crate) fn has_unsaved(self) -> bool {
        self.editor.with_untracked(|editor| editor.as_ref().is_some_and(|(_, editor)| editor.is_unsaved_now()))
    }

    /// Disconnects; with unsaved settings, after a question.
    pub(crate) fn ask_to_disconnect(self) {
        if self.has_unsaved() {
            self.leaving.set(Some(Leaving::Disconnect));
        } else {
            self.disconnect();
        }
    }

    /// Forgets the key, here and in the engine, and the file that is kept.
    pub(crate) fn disconnect(self) {
        page::forget_key();
        self.keeper.forget();
        self.editor.set(None);
        spawn_local(async move {
            let _ = self.ask(Disconnect {}).await;
            self.connection.set(Connection::None);
        });
    }

    /// Connects, and keeps the key if the person wishes.
    pub(crate) async fn connect(self, index: u16, host: Host, key: String, keep: bool) -> Result<Place, Trouble> {
        let place = self.try_ask(Connect { host: index, key: PastedKey(key.clone()) }).await?;
        if keep {
            page::keep_key(&host.base, &key);
        } else {
            page::forget_key();
        }
        self.key_trouble.set(None);
        self.connection.set(Connection::To(place.clone()));
        Ok(place)
    }

    /// The checked file as it stands after an answer, with which no event comes.
    pub(crate) fn file_is(self, file: Box<FileSummary>) {
        if self.stage.with_untracked(Screen::of) == Screen::Checked {
            self.stage.set(Stage::Checked(file));
        }
    }

    /// While the calling screen lives, files that are dropped or pasted anywhere go to it. Elsewhere they go nowhere.
    pub(crate) fn take_drops(self, take: impl Fn(dropped::Dropped) + 'static) {
        self.on_drop.set_value(Some(Rc::new(take)));
        on_cleanup(move || {
            self.on_drop.try_update_value(|handler| *handler = None);
        });
    }

    fn dragged(self, drag: dropped::Drag) {
        let handler = self.on_drop.get_value();
        self.dragging.set(matches!(drag, dropped::Drag::Over) && handler.is_some());
        if let (dropped::Drag::Dropped(dropped), Some(handler)) = (drag, handler) {
            handler(dropped);
        }
    }

    /// Reads where things stand; then uses the kept key, if there is one and nothing is connected.
    async fn begin(self) {
        if let Ok(overview) = self.ask(Overview {}).await {
            self.stage.set(overview.stage);
            self.connection.set(overview.connection.clone());
            if overview.connection == Connection::None {
                self.use_kept_key().await;
            }
        }
        self.settled.set(true);
    }

    async fn use_kept_key(self) {
        let Some((base, key)) = page::kept_key() else { return };
        let Ok(hosts) = self.try_ask(Hosts {}).await else { return };
        // A deployment that no longer lists the host must not be sent its key.
        let found = hosts.into_iter().zip(0u16..).find(|(host, _)| host.base == base);
        let Some((host, index)) = found else { return page::forget_key() };
        if let Err(trouble) = self.connect(index, host, key, true).await {
            self.key_trouble.set(Some(trouble));
        }
    }

    fn heard(self, event: Event) {
        match event {
            Event::Run(stage) => self.stage.set(stage),
            Event::Connection(connection) => self.connection.set(connection),
        }
    }

    fn engine_is(self, state: LinkState) {
        if state == LinkState::Restarted {
            let screen = self.stage.with_untracked(Screen::of);
            let lost = Lost {
                connection: self.connection.with_untracked(|connection| *connection != Connection::None),
                file: !matches!(screen, Screen::Choosing | Screen::Done),
                sending: screen == Screen::Sending,
            };
            self.lost.set(Some(lost));
            self.connection.set(Connection::None);
            spawn_local(self.begin());
        }
        if matches!(state, LinkState::Failed(_) | LinkState::OtherBuild) {
            self.settled.set(true);
        }
        self.engine.set(state);
    }
}

fn store_name(place: &Place) -> StoreName {
    (place.base.clone(), place.community.clone())
}

/// The trouble of a question that got no answer.
pub(crate) fn gone() -> Trouble {
    Trouble {
        kind: TroubleKind::NotNow,
        what: "The engine stopped before it could answer.".into(),
        cure: "It is being started again. Try once more.".into(),
        said: None,
    }
}

/// The root state, from anywhere below it.
pub(crate) fn use_shop() -> Shop {
    expect_context::<Shop>()
}
