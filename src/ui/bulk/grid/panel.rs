//! The panel: toolbar, grid, the cell in full, dialogs.

use super::{Grid, cell, damaged, editor, fixes, head, keysheet, paint, replace, scale, toolbar};
use crate::browser::board::Board;
use crate::browser::page::SizeWatch;
use crate::ui::components::live::follow;
use leptos::prelude::*;

/// The panel of a grid that was made before: it is as it was left.
pub(in crate::ui::bulk) fn grid_panel(grid: Grid) -> AnyView {
    let watch = StoredValue::new_local(None::<SizeWatch>);
    follow(move || {
        let (Some(scroller), Some(body)) = (grid.scroller.get(), grid.body.get()) else { return };
        let was = grid.seen.get_value();
        grid.board.set_value(Some(Board::new(body.into())));
        if was.top > 0.0 || was.left > 0.0 {
            scroller.set_scroll_top(was.top as i32);
            scroller.set_scroll_left(was.left as i32);
        }
        // It is heard at once, after the browser's own layout: asking for the size here would have all of it laid out twice.
        watch.set_value(SizeWatch::start(&scroller, move || grid.looked_at()));
        grid.paint();
        grid.look();
    });
    on_cleanup(move || {
        let _ = grid.board.try_update_value(|board| *board = None);
        let _ = grid.editing.try_set(None);
        let _ = grid.retyping.try_set(None);
    });
    follow(move || {
        grid.order.track();
        grid.widths.track();
        grid.arrived.track();
        grid.paint();
    });
    let width = move || paint::px(grid.widths.with(|widths| f64::from(widths.iter().sum::<u32>())));
    let height = move || paint::px(scale::height(grid.order.get().rows));
    let columns = move || grid.widths.with(|widths| widths.len());
    let rows = move || i64::from(grid.order.get().rows) + 1;
    view! {
        <div class="grid-panel" on:keydown=move |event| grid.key_in_panel(&event)>
            {toolbar::toolbar(grid)}
            {toolbar::words(grid)}
            {cell::cell_panel(grid)}
            <div class="grid-box" node_ref=grid.scroller on:scroll=move |_| grid.looked_at()>
                <div
                    class="sheet"
                    role="grid"
                    aria-label="Rows of the file"
                    aria-rowcount=rows
                    aria-colcount=columns
                    aria-multiselectable="true"
                    style:width=width
                    on:keydown=move |event| grid.key(&event)
                    on:mousedown=move |event| grid.pressed(&event)
                    on:mouseover=move |event| grid.dragged(&event)
                    on:dblclick=move |event| grid.opened_by_mouse(&event)
                    on:copy=move |event| grid.copied(&event, false)
                    on:cut=move |event| grid.copied(&event, true)
                    on:paste=move |event| grid.pasted(&event)
                >
                    <div class="sheet-head" role="rowgroup">{head::header(grid)}</div>
                    <div class="sheet-body" role="rowgroup" style:height=height node_ref=grid.body></div>
                </div>
                {editor::editor(grid)}
                {damaged::retyping(grid)}
            </div>
            {toolbar::nothing(grid)}
            {replace::replace_dialog(grid)}
            {fixes::fixes_dialog(grid)}
            {keysheet::keysheet(grid)}
        </div>
    }
    .into_any()
}
