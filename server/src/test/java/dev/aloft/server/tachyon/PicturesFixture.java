package dev.aloft.server.tachyon;

import static dev.aloft.server.tachyon.Drawing.jpeg;

import dev.aloft.image.Compatibility;
import dev.aloft.image.RenderPool;
import dev.aloft.image.RenderPoolSettings;
import dev.aloft.server.Answer;
import dev.aloft.server.S3Fixture;
import dev.aloft.server.UrlKey;
import dev.aloft.server.UrlSecret;
import dev.aloft.server.edge.Edge;
import dev.aloft.server.edge.EdgeSettings;
import dev.aloft.server.edge.EdgeSite;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/// An edge with pictures, before a real S3 that has one photo.
abstract class PicturesFixture {

    static final byte[] CAT = jpeg(800, 600);

    static final UrlSecret SECRET = UrlSecret.of("a secret of at least 32 bytes, for tests");
    static final UrlKey KEY = S3Fixture.key(SECRET);

    static S3Fixture s3;
    static RenderPool renderPool;
    static Edge edge;
    static Edge strict;

    @BeforeAll
    static void start(@TempDir Path folder) throws IOException {
        s3 = new S3Fixture(folder);
        renderPool = RenderPool.open(RenderPoolSettings.standard());
        edge = edge(renderPool, PictureSettings.DEFAULT);
        strict = edge(renderPool, new PictureSettings(Compatibility.STRICT, List.of(), false, Admission.OPEN, false));
        s3.put("2026/11/cat.jpg", "image/jpeg", CAT);
    }

    static Edge edge(RenderPool renderPool, PictureSettings settings) throws IOException {
        Pictures pictures = new Pictures("site", s3.bucket(), S3Fixture.TOP, renderPool, settings);
        EdgeSite site = EdgeSite.of(s3.uploads().withSecret(SECRET));
        return Edge.start(EdgeSettings.of("127.0.0.1", 0, site.withPictures(pictures)));
    }

    @AfterAll
    static void stop() throws IOException {
        strict.close();
        edge.close();
        renderPool.close();
        s3.close();
    }

    @BeforeEach
    void count() {
        s3.front().calm();
        s3.front().reset();
    }

    static Answer get(String target, String... fields) throws IOException {
        return Answer.to(edge.port(), "GET", target, fields);
    }
}
