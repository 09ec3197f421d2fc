package dev.aloft.testkit;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;

/// An administrator of a WordPress site, at a [Browser]: logs in and uploads as people do.
///
/// WordPress 7.1 makes an image's sizes in two ways, and which one is a matter of the page and the host:
///
/// - [#uploadOnMediaPage] sends the file once; the server makes the sizes.
/// - [#uploadInEditor] on host `localhost` (or with https) makes them in the browser and sends each one
///   (`/wp/v2/media`, a `sideload` for each size, `finalize`); [#resizesInBrowser] says whether it will. On
///   `127.0.0.1` the server makes them here too.
///
/// For one thread. The browser stays open when this is done with.
public final class WordPressAdmin {

    private static final Duration PAGE_LIMIT = Duration.ofMinutes(1);
    private static final Duration UPLOAD_LIMIT = Duration.ofMinutes(2);
    private static final String CANVAS = "iframe[name=editor-canvas]";
    private static final String CHOSEN_BY_BLOCK = ".wp-block-image input[type=file]";

    private final Browser browser;
    private final URI home;

    private WordPressAdmin(Browser browser, URI home) {
        this.browser = browser;
        this.home = home;
    }

    /// Logs in through wp-login.php, whose script focuses the first field shortly after the page has loaded. Text
    /// typed earlier ends up in the wrong field, and the browser does not submit a form with an empty one.
    ///
    /// @param home the site, without a path: `http://localhost:8080`
    /// @throws IllegalStateException when WordPress does not let us in; the message has its reason
    public static WordPressAdmin logIn(Browser browser, URI home, String user, String password) {
        WordPressAdmin admin = new WordPressAdmin(browser, home);
        browser.open(home.resolve("/wp-login.php"));
        browser.await(
                "the login form to be ready", PAGE_LIMIT, "document.activeElement?.matches('#user_login, #user_pass')");
        browser.type("#user_login", user);
        browser.type("#user_pass", password);
        browser.click("#wp-submit");
        browser.await("an answer to the login", PAGE_LIMIT, "document.querySelector('#wpadminbar, #login_error')");
        if (browser.has("#login_error")) {
            throw new IllegalStateException("cannot log " + user + " into " + home + ": " + browser.text());
        }
        return admin;
    }

    /// Opens an administrator's page, such as `upload.php?mode=grid`.
    public void open(String page) {
        browser.open(home.resolve("/wp-admin/" + page));
    }

    /// Uploads on the page *Upload New Media*, where the server makes the sizes.
    ///
    /// @return the attachment's id
    /// @throws IllegalStateException when WordPress shows an error instead; the message has it
    public long uploadOnMediaPage(Path file) {
        open("media-new.php");
        browser.await("the uploader", PAGE_LIMIT, "document.querySelector('.moxie-shim input[type=file]')");
        browser.choose(".moxie-shim input[type=file]", file);
        String item = "#media-items .media-item:last-child";
        browser.await(
                "the upload of " + file,
                UPLOAD_LIMIT,
                "document.querySelector('" + item + " a.edit-attachment, " + item + " .error, #media-upload-error *')");
        if (!browser.has(item + " a.edit-attachment")) {
            throw new IllegalStateException("cannot upload " + file + " on " + browser.location() + ": "
                    + browser.evaluate("[...document.querySelectorAll('#media-items, #media-upload-error')]"
                            + ".map(shown => shown.innerText).join(' ')"));
        }
        return number(
                "new URL(document.querySelector('" + item + " a.edit-attachment').href).searchParams.get('post')");
    }

    /// Opens the media library as a grid, and waits until it shows each of these attachments with its picture loaded.
    public void openLibrary(long... attachments) {
        open("upload.php?mode=grid");
        for (long attachment : attachments) {
            browser.await(
                    "attachment " + attachment + " in the media library",
                    PAGE_LIMIT,
                    "document.querySelector('.attachment[data-id=\"' + arguments[0] + '\"] img')?.naturalWidth",
                    attachment);
        }
    }

    /// Opens the block editor with a new, unsaved post.
    public void openEditor() {
        open("post-new.php");
        browser.await("the block editor", PAGE_LIMIT, """
                window.wp?.data?.select('core/editor')?.getCurrentPostId()
                        && wp.data.select('core/upload-media') && wp.blocks.getBlockType('core/image')""");
        var _ = browser.evaluate(
                "wp.data.dispatch('core/preferences').set('core/edit-post', 'welcomeGuide', false), true");
    }

    /// Returns true if the open editor makes the image sizes itself: WordPress 7.1 or later, on https or `localhost`,
    /// in a browser that isolates the page, on a machine with two processors and more than 2 GB.
    public boolean resizesInBrowser() {
        return Boolean.TRUE.equals(browser.evaluate("""
                Boolean(window.__clientSideMediaProcessing && self.crossOriginIsolated
                        && navigator.hardwareConcurrency >= 2 && (navigator.deviceMemory ?? 4) > 2)"""));
    }

    /// Uploads into an image block of the open editor, and waits until the last size is there.
    ///
    /// @return the attachment's id
    /// @throws IllegalStateException when the editor shows an error instead; the message has it
    public long uploadInEditor(Path file) {
        String block = String.valueOf(browser.evaluate("""
                (block => (wp.data.dispatch('core/block-editor').insertBlocks(block), block.clientId))(
                        wp.blocks.createBlock('core/image'))"""));
        browser.await("the editor's canvas", PAGE_LIMIT, "document.querySelector('" + CANVAS + "')");
        browser.inFrame(CANVAS, () -> {
            browser.await("the image block", PAGE_LIMIT, "document.querySelector('" + CHOSEN_BY_BLOCK + "')");
            browser.choose(CHOSEN_BY_BLOCK, file);
        });
        browser.await("the upload of " + file, UPLOAD_LIMIT, """
                wp.data.select('core/notices').getNotices().some(notice => notice.status === 'error')
                        || (wp.data.select('core/block-editor').getBlockAttributes(arguments[0])?.id
                                && wp.data.select('core/upload-media').getItems().length === 0)""", block);
        failOnNotice(file);
        return number("wp.data.select('core/block-editor').getBlockAttributes(arguments[0]).id", block);
    }

    private void failOnNotice(Path file) {
        Object errors = browser.evaluate("""
                wp.data.select('core/notices').getNotices().filter(notice => notice.status === 'error')
                        .map(notice => notice.content).join(' ')""");
        if (errors instanceof String text && !text.isEmpty()) {
            throw new IllegalStateException("cannot upload " + file + " in the editor: " + text);
        }
    }

    private long number(String expression, Object... arguments) {
        Object id = browser.evaluate("Number(" + expression + ")", arguments);
        if (id instanceof Number number) {
            return number.longValue();
        }
        throw new IllegalStateException("expected an attachment's id on " + browser.location() + ", found " + id);
    }
}
