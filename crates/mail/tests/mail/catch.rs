//! Mail that goes into the catcher and is read back.

use std::time::Duration;

use domain::{Clock, EmailAddress, Millis, Random};
use paperround_mail::{
    Lane, Provider,
    catch::Catcher,
    compile::{Edition, Head, Kind, Recipient, Sentinel, Template},
    render::Content,
};
use tempfile::TempDir;

fn address(text: &str) -> EmailAddress {
    EmailAddress::parse(text).unwrap()
}

fn catcher(folder: &TempDir, clock: &Clock) -> Catcher {
    Catcher::new(folder.path().join("mail"), clock.clone(), Random::seeded(1))
}

async fn catch(lane: &mut Lane, to: &str, subject: &str, clock: &Clock) -> String {
    let content = Content {
        subject: subject.into(),
        text: ".hidden\nfile, été".into(),
        html: "<p>été</p>".into(),
    };
    let head = Head {
        from_name: "The Journal".into(),
        from: address("journal@clinic.example"),
        reply_to: None,
        kind: Kind::Automatic,
    };
    let template = Template::compile(&Edition::new(content, Sentinel::new(&Random::seeded(2))), &head).unwrap();
    let mut wire = String::new();
    let recipient = Recipient {
        to: &address(to),
        message_id: "1@clinic.example",
        date: clock.advance(Duration::from_secs(1)),
        links: None,
    };
    template.fill(&recipient, &mut wire).unwrap();
    lane.envelope(&head.from, recipient.to).await.unwrap();
    let reply = lane.content(&wire, None).await.unwrap();
    reply.reference().unwrap().to_owned()
}

#[tokio::test]
async fn caught_mail_is_read_back_newest_first() {
    let folder = TempDir::new().unwrap();
    let clock = Clock::fixed(Millis::from(1_795_262_400_000));
    let catcher = catcher(&folder, &clock);
    let mut lane = Provider::Catch(catcher.clone()).lane();

    assert_eq!(catcher.list(None, 10).await.unwrap(), []);
    for (to, subject) in [
        ("ann@example.org", "One"),
        ("bob@example.org", "Zwei ä"),
        ("ann@example.org", "Three"),
    ] {
        catch(&mut lane, to, subject, &clock).await;
    }

    let mails = catcher.list(None, 2).await.unwrap();
    let subjects: Vec<&str> = mails.iter().map(|mail| mail.subject.as_str()).collect();
    assert_eq!(subjects, ["Three", "Zwei ä"]);
    assert_eq!(mails[1].from, "The Journal <journal@clinic.example>");
    assert_eq!(mails[1].to, "bob@example.org");
    assert_eq!(mails[1].text, ".hidden\r\nfile, été");
    assert_eq!(mails[1].html, "<p>été</p>");
    assert_eq!(mails[1].date, Millis::from(1_795_262_402_000));
    let rest = catcher.list(Some(mails[1].name.clone()), 2).await.unwrap();
    assert_eq!(
        rest.iter().map(|mail| mail.subject.as_str()).collect::<Vec<_>>(),
        ["One"]
    );
    assert_eq!(catcher.get(&mails[1].name).await.unwrap().as_ref(), Some(&mails[1]));
}

#[tokio::test]
async fn erasing_an_address_deletes_its_mail_and_no_other() {
    let folder = TempDir::new().unwrap();
    let clock = Clock::fixed(Millis::from(1_795_262_400_000));
    let catcher = catcher(&folder, &clock);
    let mut lane = Provider::Catch(catcher.clone()).lane();
    for to in ["ann@example.org", "bob@example.org", "ann@example.org"] {
        catch(&mut lane, to, "Hello", &clock).await;
    }

    assert_eq!(catcher.erase(&address("ann@example.org")).await.unwrap(), 2);

    let left = catcher.list(None, 10).await.unwrap();
    assert_eq!(
        left.iter().map(|mail| mail.to.as_str()).collect::<Vec<_>>(),
        ["bob@example.org"]
    );
}

#[tokio::test]
async fn erasing_fails_while_a_mail_cannot_be_read() {
    let folder = TempDir::new().unwrap();
    let clock = Clock::fixed(Millis::from(1_795_262_400_000));
    let catcher = catcher(&folder, &clock);
    let mut lane = Provider::Catch(catcher.clone()).lane();
    let name = catch(&mut lane, "ann@example.org", "Hello", &clock).await;
    let file = catcher.folder().join(name);
    let mut mail = std::fs::read(&file).unwrap();
    let field = mail.windows(12).position(|word| word == b"Delivered-To").unwrap();
    mail.insert(field, 0xff);
    std::fs::write(&file, mail).unwrap();

    let erased = catcher.erase(&address("ann@example.org")).await;

    assert!(erased.is_err(), "{erased:?}");
    assert!(file.exists());
}

#[tokio::test]
async fn only_names_that_the_catcher_gave_are_read() {
    let folder = TempDir::new().unwrap();
    let clock = Clock::fixed(Millis::from(1_795_262_400_000));
    let catcher = catcher(&folder, &clock);
    catch(
        &mut Provider::Catch(catcher.clone()).lane(),
        "ann@example.org",
        "Hello",
        &clock,
    )
    .await;
    std::fs::write(folder.path().join("secret.eml"), "Subject: secret").unwrap();
    std::fs::write(catcher.folder().join("notes.txt"), "Delivered-To: ann@example.org").unwrap();

    for name in [
        "../secret.eml",
        "secret.eml",
        "notes.txt",
        "",
        "..",
        "00000000000000000000000000000000.eml",
    ] {
        assert_eq!(catcher.get(name).await.unwrap(), None, "{name}");
    }
    assert_eq!(catcher.erase(&address("ann@example.org")).await.unwrap(), 1);
    assert!(catcher.folder().join("notes.txt").exists());
}

#[cfg(unix)]
#[tokio::test]
async fn caught_mail_is_for_the_owners_eyes() {
    use std::os::unix::fs::PermissionsExt;

    let folder = TempDir::new().unwrap();
    let clock = Clock::fixed(Millis::from(1_795_262_400_000));
    let catcher = catcher(&folder, &clock);
    let name = catch(
        &mut Provider::Catch(catcher.clone()).lane(),
        "ann@example.org",
        "Hello",
        &clock,
    )
    .await;

    let mode = |path: &std::path::Path| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(catcher.folder()), 0o700);
    assert_eq!(mode(&catcher.folder().join(name)), 0o600);
    assert_eq!(std::fs::read_dir(catcher.folder()).unwrap().count(), 1);
}
