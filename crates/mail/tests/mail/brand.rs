//! The brand and the links that mails are rendered with, and what every mail has.

use paperround_mail::{
    compile::Links,
    render::{Brand, Content},
};

pub(crate) fn brand() -> Brand {
    Brand {
        public_name: "The Linden Journal".into(),
        blog_url: "https://www.linden.example/blog".parse().unwrap(),
        postal_address: "The Linden Clinic\n12 Park Street, Oxford".into(),
        privacy_url: Some("https://www.linden.example/privacy".parse().unwrap()),
        language: "en-GB".into(),
    }
}

pub(crate) fn links() -> Links {
    Links {
        unsubscribe: "https://news.linden.example/unsubscribe/AQ".into(),
        preferences: "https://news.linden.example/preferences/AQ".into(),
    }
}

/// A mail as a program that shows no HTML shows it.
pub(crate) fn read(content: &Content) -> String {
    format!("Subject: {}\n\n{}", content.subject, content.text)
}

/// What every mail has, whatever it says.
pub(crate) fn assert_sound(content: &Content) {
    let html = &content.html;
    for part in [
        "<html lang=\"en-GB\"",
        "<meta name=\"color-scheme\" content=\"light dark\">",
        "prefers-color-scheme: dark",
        "class=\"preheader\"",
        "The Linden Clinic<br>12 Park Street, Oxford",
        "href=\"https://www.linden.example/privacy\"",
        "<h1 ",
        "You get this",
    ] {
        assert!(html.contains(part), "{part} is missing");
    }
    assert_eq!(html.matches("<img ").count(), html.matches(" alt=\"").count());
    for image in html.split("<img ").skip(1) {
        let image = &image[..image.find('>').unwrap()];
        assert!(
            image.contains(" width=\"") && image.contains("max-width:100%"),
            "{image}"
        );
    }
    assert!(!html.contains("javascript:") && !html.contains("<script"));
    assert!(content.text.contains("12 Park Street") && !content.text.contains("&amp;"));
}
