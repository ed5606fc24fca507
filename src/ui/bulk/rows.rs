//! The rows of the file as a table, of which only what is in sight exists.

use super::check::Summary;
use super::problems::sign;
use crate::domain::schema::Kind;
use crate::engine::protocol::{CellMark, FileSummary, HeaderView, RowFilter, RowKind, RowView, Rows, Severity};
use crate::ui::components::chips::{Chip, chips};
use crate::ui::components::live::live;
use crate::ui::components::window::{RowHeight, rows};
use crate::ui::components::window_list::{Long, window_table};
use crate::ui::state::{Shop, gone, use_shop};
use crate::ui::words::number;
use leptos::prelude::*;
use std::sync::Arc;

/// The height of a row, as the style sheet has it.
const ROW: f64 = 34.0;
const LINE_WIDTH: u32 = 96;

/// The panel.
pub(super) fn rows_panel(summary: Summary) -> AnyView {
    let shop = use_shop();
    let chosen = RwSignal::new(None::<()>);
    live(move || {
        let Some(file) = summary.get() else { return ().into_any() };
        let filters = vec![
            Chip { key: None, label: "All rows".into(), count: file.rows, icon: None },
            Chip { key: Some(()), label: "With problems".into(), count: file.rows_with_issues, icon: None },
        ];
        view! {
            {chips("Which rows", chosen, filters)}
            {move || table(shop, &file, chosen.get().is_some())}
        }
        .into_any()
    })
}

fn table(shop: Shop, file: &FileSummary, only_issues: bool) -> AnyView {
    let (view, total) = if only_issues { (RowFilter::WithIssues, file.rows_with_issues) } else { (RowFilter::All, file.rows) };
    let columns = file.columns.len();
    // Of forty columns some seven are in sight: drawing the rest would be most of the work of scrolling.
    let across = RwSignal::new((0.0, 1600.0));
    let edges: Vec<u32> = file
        .columns
        .iter()
        .scan(LINE_WIDTH, |x, column| {
            *x += width(column);
            Some(*x)
        })
        .collect();
    let seen = Memo::new(move |_| columns_in_sight(&edges, across.get()));
    let width = LINE_WIDTH + file.columns.iter().map(width).sum::<u32>();
    let heads = file.columns.iter().map(head).collect_view();
    let head = view! {
        <tr>
            <th scope="col" class="line-cell" style:inline-size=format!("{LINE_WIDTH}px")>"Line"</th>
            {heads}
        </tr>
    };
    let draw = move |row: &Arc<RowView>| cells(row, columns, seen);
    let long = Long {
        label: "Rows of the file".into(),
        class: "sheet",
        width: Some(width),
        across: Some(across),
        total,
        height: RowHeight::Fixed(ROW),
        patience: 0,
        fetch: Arc::new(move |from, count| {
            Box::pin(async move {
                let window = shop.ask(Rows { view, from, count }).await.map_err(|_| gone())?;
                Ok((Some(window.total), rows(window.rows.into_iter().map(Arc::new).collect(), draw)))
            })
        }),
        empty: "No row has a problem.",
    };
    window_table(long, columns + 1, head.into_any())
}

fn head(column: &HeaderView) -> AnyView {
    let ignored = column.column.is_none();
    view! {
        <th scope="col" class:ignored=ignored style:inline-size=format!("{}px", width(column)) title=column.header.clone()>
            {column.header.clone()}
            {ignored.then(|| view! { <small>" ignored"</small> })}
        </th>
    }
    .into_any()
}

/// Wide enough for what the column usually holds; the whole of a longer cell is in its title.
fn width(column: &HeaderView) -> u32 {
    match column.column.map(|column| column.column().kind) {
        Some(Kind::Id) => 232,
        Some(Kind::Html | Kind::Url) => 260,
        Some(Kind::Text | Kind::Names | Kind::Codes) => 200,
        Some(Kind::Price | Kind::Boolean | Kind::Count) => 140,
        Some(Kind::Moment | Kind::Name | Kind::Choice(_)) => 180,
        None => 160,
    }
}

/// The first column in sight and the one after the last, one more at each side. `edges` are the columns' right edges.
fn columns_in_sight(edges: &[u32], (left, width): (f64, f64)) -> (usize, usize) {
    let first = edges.partition_point(|edge| f64::from(*edge) <= left).saturating_sub(1);
    let last = edges.partition_point(|edge| f64::from(*edge) < left + width);
    (first, (last + 2).min(edges.len()))
}

fn cells(row: &Arc<RowView>, columns: usize, seen: Memo<(usize, usize)>) -> AnyView {
    let whole: Vec<&CellMark> = row.marks.iter().filter(|mark| mark.cell.is_none()).collect();
    let kind = match row.kind {
        RowKind::Product => None,
        RowKind::Permission => Some(("↳", "adds a permission entry to the product above")),
        RowKind::Damaged => None,
    };
    let kind = kind.map(|(mark, words)| view! { <span class="kind" title=words aria-hidden="true">{mark}</span><span class="unseen">{words}</span> });
    let line = view! {
        <th scope="row" class="line-cell">{marked(&whole)}{number(row.line)}{kind}</th>
    };
    if row.kind == RowKind::Damaged {
        let raw = row.cells.first().cloned().unwrap_or_default();
        return view! {
            {line}
            <td class="damaged" colspan=columns title=words(&whole)><span class="badge badge-bad">"Damaged"</span>" "<code>{raw}</code></td>
        }
        .into_any();
    }
    let row = Arc::clone(row);
    let cells = live(move || {
        let (first, end) = seen.get();
        let gap = |count: usize| (count > 0).then(|| view! { <td colspan=count aria-hidden="true"></td> });
        let drawn = (first..end).map(|index| cell(&row, index)).collect_view();
        view! { {gap(first)}{drawn}{gap(columns.saturating_sub(end))} }
    });
    view! { {line}{cells} }.into_any()
}

fn cell(row: &RowView, index: usize) -> AnyView {
    let text = row.cells.get(index).cloned().unwrap_or_default();
    let marks: Vec<&CellMark> = row.marks.iter().filter(|mark| mark.cell.map(usize::from) == Some(index)).collect();
    // The line number is column 1.
    let place = index + 2;
    if marks.is_empty() {
        // Most cells: nothing but the text, and a title only where it may not fit.
        let title = (text.len() > 18).then(|| text.clone());
        return view! { <td aria-colindex=place title=title>{text}</td> }.into_any();
    }
    let class = match worst(&marks) {
        Severity::Error => "cell-bad",
        Severity::Warning => "cell-warn",
    };
    view! { <td aria-colindex=place class=class title=words(&marks)>{marked(&marks)}{text}</td> }.into_any()
}

fn worst(marks: &[&CellMark]) -> Severity {
    if marks.iter().any(|mark| mark.severity == Severity::Error) { Severity::Error } else { Severity::Warning }
}

fn words(marks: &[&CellMark]) -> String {
    marks.iter().map(|mark| mark.words.as_str()).collect::<Vec<_>>().join("\n")
}

fn marked(marks: &[&CellMark]) -> Option<AnyView> {
    if marks.is_empty() {
        return None;
    }
    let (icon, class) = sign(worst(marks));
    let words = words(marks);
    let title = words.clone();
    Some(view! { <span class=class title=title>{icon.view()}<span class="unseen">{words}". "</span></span> }.into_any())
}
