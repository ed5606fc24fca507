//! How a file is read, in short, and every column with its help: folded away until it is wanted.

use crate::domain::COLUMNS;
use leptos::prelude::*;

/// The guide under the drop zone.
pub(super) fn guide() -> AnyView {
    let columns = COLUMNS
        .iter()
        .map(|column| {
            view! {
                <tr>
                    <th scope="row">{column.header}</th>
                    <td>{column.help}</td>
                    <td><code>{column.sample}</code></td>
                </tr>
            }
        })
        .collect_view();
    view! {
        <section class="guide" aria-labelledby="guide-heading">
            <h2 id="guide-heading">"How a file is read"</h2>
            <ul class="rules">
                <li>"The first row names the columns. Only " <strong>"Product ID"</strong> " is needed; leave out what you do not want to change."</li>
                <li>"A " <strong>"blank cell"</strong> " leaves alone what the store has. It never empties a field."</li>
                <li>"A row without a product id adds a permission entry to the product above it."</li>
                <li>"Only what differs from the store is sent. Products are changed, never made."</li>
            </ul>
            <details class="fold">
                <summary>"The 40 columns"</summary>
                <div class="table-scroll" role="region" aria-label="The 40 columns" tabindex="0">
                    <table class="table">
                        <thead><tr><th scope="col">"Column"</th><th scope="col">"What it holds"</th><th scope="col">"Example"</th></tr></thead>
                        <tbody>{columns}</tbody>
                    </table>
                </div>
            </details>
        </section>
    }
    .into_any()
}
