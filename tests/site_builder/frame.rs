//! The frame on another site's page.

use super::{ANN, CONFIRMATION, DESKTOP, PHONE, Reader, Site, WELCOME};

/// What README.md promises to need, and what a small phone has.
const WIDTHS: [(u32, (u32, u32)); 3] = [(280, DESKTOP), (280, PHONE), (320, PHONE)];
const REFUSAL: &str = "That does not look like an email address. It should look like name@example.com.";
/// Phones zoom into fields whose letters are smaller.
const READABLE: f64 = 16.0;
/// What a thumb hits.
const LARGE: f64 = 48.0;

async fn a_round_in_two_browsers(scripts: bool) {
    let site = Site::start().await;
    let page = site.paste_frame(280);
    let reader = Reader::start(scripts, DESKTOP).await;

    reader.open_frame_in(&page).await;
    reader.types(ANN).await;
    reader.presses_the_button().await;
    reader.sees("Now check your inbox").await;
    let stayed_at = reader.is_at().await;
    reader.close().await;
    let link = site.mailed_link("/confirm/").await;
    let stood_on = site.app.newest_signup().await.page.unwrap();
    let other = Reader::start(scripts, PHONE).await;
    other.open(&link).await;
    // A page that had pressed its own button would have another heading now.
    other.open(&link).await;
    other.sees("One press, and you are on the list").await;
    let buttons = other.buttons().await;
    site.app.work().await;
    let before = site.app.subjects(ANN).await;
    other.presses_the_button().await;
    other.sees("You are on the list").await;
    other.close().await;
    site.app.work().await;

    assert_eq!(stayed_at, page);
    assert!(page.starts_with(&stood_on), "{stood_on}");
    assert_eq!(before, [CONFIRMATION]);
    assert!(
        matches!(&buttons[..], [(words, height)] if words == "Confirm my subscription" && *height >= LARGE),
        "{buttons:?}"
    );
    assert_eq!(site.app.subjects(ANN).await, [CONFIRMATION, WELCOME]);
}

#[tokio::test]
#[ignore = "needs Chromium: run scripts/test"]
async fn a_reader_signs_up_in_the_frame_and_confirms_in_another_browser_by_a_press() {
    a_round_in_two_browsers(true).await;
}

#[tokio::test]
#[ignore = "needs Chromium: run scripts/test"]
async fn without_scripts_a_reader_signs_up_in_the_frame_and_confirms_in_another_browser_all_the_same() {
    a_round_in_two_browsers(false).await;
}

#[tokio::test]
#[ignore = "needs Chromium: run scripts/test"]
async fn nothing_sticks_out_of_the_frame_and_its_field_is_not_zoomed_into() {
    let site = Site::start().await;
    for (width, window) in WIDTHS {
        let page = site.paste_frame(width);
        let reader = Reader::start(true, window).await;

        reader.open_frame_in(&page).await;
        reader.sees("Subscribe to Elm Street Wellness").await;
        let letters = reader.letters().await;
        let form = reader.measures().await;
        reader.types("ann@example").await;
        reader.presses_the_button().await;
        reader.reads("#email-error", REFUSAL).await;
        let refused = reader.measures().await;
        reader.types(ANN).await;
        reader.presses_the_button().await;
        reader.sees("Now check your inbox").await;
        let done = reader.measures().await;
        reader.close().await;

        assert!(letters >= READABLE, "{letters}");
        for measures in [&form, &refused, &done] {
            assert_eq!(measures.width, i64::from(width));
            assert!(measures.fit_across(), "{measures:?}");
        }
        assert!(
            form.fit() && refused.fit() && done.fit(),
            "{form:?} {refused:?} {done:?}"
        );
    }
}

#[tokio::test]
#[ignore = "needs Chromium: run scripts/test"]
async fn a_frame_that_asks_how_often_is_taller_but_never_wider() {
    let site = Site::start().await;
    site.ask_how_often().await;
    for (width, window) in WIDTHS {
        let page = site.paste_frame(width);
        let reader = Reader::start(true, window).await;

        reader.open_frame_in(&page).await;
        reader.sees("Subscribe to Elm Street Wellness").await;
        let form = reader.measures().await;
        reader.types(ANN).await;
        reader.presses_the_button().await;
        reader.sees("Now check your inbox").await;
        let done = reader.measures().await;
        reader.close().await;

        assert_eq!(form.width, i64::from(width));
        assert!(form.fit_across() && done.fit(), "{form:?} {done:?}");
    }
}
