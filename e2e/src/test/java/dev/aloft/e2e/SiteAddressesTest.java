package dev.aloft.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.aloft.lab.DebianPackages;
import dev.aloft.lab.WebServerKind;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Sites whose pages or uploads are not at the usual addresses, behind real web servers with what `aloft cdn` prints.
@Timeout(300)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class SiteAddressesTest {

    private static final Duration ANSWER_LIMIT = Duration.ofSeconds(20);

    /// Names the program that answered, and the URL that it saw.
    private static final String TELL = "<?php echo $_SERVER['SCRIPT_NAME'], ' ', $_SERVER['REQUEST_URI'], \"\\n\";";

    private static final String PROGRAM = "<?php echo strrev('DETUCEXE MARGORP');";

    private PageSite site;

    @BeforeAll
    void start() throws IOException {
        DebianPackages packages = DebianPackages.of("php8.2-fpm");
        for (WebServerKind kind : WebServerKind.values()) {
            packages = packages.and(kind.debianPackage());
        }
        packages.require(System.err::println);
        site = new PageSite();
        for (String folder : new String[] {"", "blog/"}) {
            site.put(folder + "index.php", TELL);
            site.put(folder + "wp-admin/index.php", TELL);
        }
        for (String uploads : new String[] {"uploads/", "blog/wp-content/uploads/", "old/media.files/"}) {
            site.put(uploads + "evil.php", PROGRAM);
        }
        site.put("plain.txt", "a plain file");
        site.upload("cat.txt", "an upload");
    }

    @AfterAll
    void stop() throws IOException {
        site.close();
    }

    @ParameterizedTest
    @EnumSource
    void uploadsAtAFurtherPathComeFromTheEdge(WebServerKind kind) throws IOException {
        RawClient visitor = client(site.serve(kind, loopback(), "--upload-path", PageSite.OLD_PATH));

        assertThat(visitor.get(PageSite.OLD_PATH + "cat.txt"))
                .startsWith("HTTP/1.1 200")
                .contains("an upload");
        assertThat(visitor.get("/uploads/cat.txt")).contains("an upload");
        assertThat(visitor.get(PageSite.OLD_PATH + "evil.php"))
                .startsWith("HTTP/1.1 404")
                .doesNotContain("PROGRAM EXECUTED", "DETUCEXE");
        assertThat(visitor.get("/old/mediaXfiles/post/")).contains("/index.php /old/mediaXfiles/post/\n");
    }

    @ParameterizedTest
    @EnumSource
    void aSiteInAFolderHasItsPagesAndUploadsThere(WebServerKind kind) throws IOException {
        RawClient blog = client(site.serve(kind, loopback(), "--folder", "blog"));

        requireBlog(blog);
        assertThat(blog.get("/plain.txt")).contains("a plain file");
    }

    /// The form with `--site`: the site has a web server of its own.
    @ParameterizedTest
    @EnumSource
    void aSiteInAFolderMayHaveAWebServerOfItsOwn(WebServerKind kind) throws IOException {
        InetSocketAddress own = site.serve(kind, loopback(), "--folder", "blog");
        InetSocketAddress front =
                site.serveBefore(own, kind, loopback(), "--folder", "blog", "--upload-path", PageSite.OLD_PATH);
        RawClient blog = client(front);

        requireBlog(blog);
        assertThat(blog.get(PageSite.OLD_PATH + "cat.txt")).contains("an upload");
    }

    private static void requireBlog(RawClient blog) throws IOException {
        assertThat(blog.get("/blog/")).contains("/blog/index.php /blog/\n");
        assertThat(blog.get("/blog/2026/a-post/")).contains("/blog/index.php /blog/2026/a-post/\n");
        assertThat(blog.get("/blog/wp-admin/")).contains("/blog/wp-admin/index.php ");
        for (String uploads : new String[] {"/blog/uploads/", "/blog/wp-content/uploads/"}) {
            assertThat(blog.get(uploads + "cat.txt")).startsWith("HTTP/1.1 200").contains("an upload");
        }
        assertThat(blog.get("/blog/wp-content/uploads/evil.php")).doesNotContain("PROGRAM EXECUTED", "DETUCEXE");
    }

    private static InetAddress loopback() {
        return InetAddress.ofLiteral("127.0.0.1");
    }

    private static RawClient client(InetSocketAddress server) {
        return new RawClient(server, PageSite.HOST, ANSWER_LIMIT);
    }
}
