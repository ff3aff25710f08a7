//! The mails that one person gets, as that person reads them.

use paperround_mail::render;

use crate::brand::{assert_sound, brand, links, read};

#[test]
fn the_confirmation_says_who_asks_and_what_happens_if_it_is_ignored() {
    let url = "https://news.linden.example/confirm/AQ".parse().unwrap();

    let content = render::confirm(&brand(), &render::Confirm { url }).unwrap();

    assert_sound(&content);
    assert_eq!(
        content.html.matches("https://news.linden.example/confirm/AQ").count(),
        3
    );
    assert_eq!(content.subject, render::confirm_subject(&brand()).unwrap());
    insta::assert_snapshot!(read(&content), @r#"
    Subject: Please confirm your subscription to The Linden Journal

    One last step

    Somebody, most likely you, asked to get new posts from The Linden Journal at this address. To say yes, open this page and press its button:

    https://news.linden.example/confirm/AQ

    If it was not you, simply ignore this mail. Nothing more will come, and the request is forgotten after 30 days.

    --
    You get this one mail because this address was entered on linden.example.

    The Linden Journal, https://www.linden.example/blog
    The Linden Clinic
    12 Park Street, Oxford
    Privacy: https://www.linden.example/privacy
    "#);
}

#[test]
fn the_welcome_says_how_often_mail_comes() {
    let welcome = |cadence: &str| {
        let (cadence, links) = (cadence.parse().unwrap(), links());
        render::welcome(
            &brand(),
            &render::Welcome {
                cadence,
                newest: None,
                links,
            },
        )
        .unwrap()
    };

    let content = welcome("weekly tue 09:05");

    assert_sound(&content);
    insta::assert_snapshot!(read(&content), @r#"
    Subject: Welcome to The Linden Journal

    Good to have you here

    You are subscribed to The Linden Journal. From now on you get a round-up of new posts every Tuesday at 09:05, and nothing when there is nothing new.

    Until then, this is the blog: https://www.linden.example/blog

    A tip: add our address to your contacts, so that no post ends up in the spam folder.

    --
    You get this because you confirmed your subscription on linden.example.

    Your subscription: https://news.linden.example/preferences/AQ
    Unsubscribe: https://news.linden.example/unsubscribe/AQ

    The Linden Journal, https://www.linden.example/blog
    The Linden Clinic
    12 Park Street, Oxford
    Privacy: https://www.linden.example/privacy
    "#);
    assert!(
        welcome("monthly last fri 09:05")
            .html
            .contains("a round-up of new posts every month on the last Friday at 09:05")
    );
    assert!(welcome("instant").text.contains("each new post as soon as it is out"));
}

#[test]
fn signing_up_again_is_answered_with_nothing_to_do() {
    let content = render::already_subscribed(&brand(), &render::AlreadySubscribed { links: links() }).unwrap();

    assert_sound(&content);
    insta::assert_snapshot!(read(&content), @r#"
    Subject: You are already subscribed to The Linden Journal

    You are already on the list

    This address was just entered again to get posts from The Linden Journal. It is subscribed already, so there is nothing to do: the next post comes as usual.

    Mail that you expected did not come? Look into the spam folder, and add our address to your contacts.

    --
    You get this because this address was entered again on linden.example.

    Your subscription: https://news.linden.example/preferences/AQ
    Unsubscribe: https://news.linden.example/unsubscribe/AQ

    The Linden Journal, https://www.linden.example/blog
    The Linden Clinic
    12 Park Street, Oxford
    Privacy: https://www.linden.example/privacy
    "#);
}

#[test]
fn the_link_to_ones_own_data_says_how_long_it_works() {
    let url = "https://news.linden.example/access/AQ".parse().unwrap();

    let content = render::access_link(&brand(), &render::AccessLink { url }).unwrap();

    assert_sound(&content);
    insta::assert_snapshot!(read(&content), @r#"
    Subject: Your data at The Linden Journal

    Your link to everything we keep about you

    With this link you see all your subscriptions, download what is kept about you, or have it erased. It works once, within the next hour, so please do not pass it on:

    https://news.linden.example/access/AQ

    If you did not ask for it, ignore this mail: without the link nobody sees anything, and it stops working by itself.

    --
    You get this because somebody asked for it on the page of one of your mails.

    The Linden Journal, https://www.linden.example/blog
    The Linden Clinic
    12 Park Street, Oxford
    Privacy: https://www.linden.example/privacy
    "#);
}

#[test]
fn the_test_mail_names_the_way_it_came() {
    let relay = "smtp.example.com:587".into();

    let content = render::test_mail(&brand(), &render::TestMail { relay }).unwrap();

    assert_sound(&content);
    insta::assert_snapshot!(read(&content), @r#"
    Subject: Mail from The Linden Journal arrives

    It works

    This is a test. It came through smtp.example.com:587, the way in which readers will get their mail.

    Three things to look at: is it in the inbox and not in the spam folder, is the sender the one that you want, and does your mail program say that the sender was verified (SPF, DKIM and DMARC)?

    --
    You get this because somebody ran "paperround mail test" with this address.

    The Linden Journal, https://www.linden.example/blog
    The Linden Clinic
    12 Park Street, Oxford
    Privacy: https://www.linden.example/privacy
    "#);
}
