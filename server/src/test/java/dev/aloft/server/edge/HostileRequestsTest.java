package dev.aloft.server.edge;

import static org.assertj.core.api.Assertions.assertThat;

import dev.aloft.server.S3Fixture;
import dev.aloft.testkit.HostileClient;
import dev.aloft.testkit.HostileClient.Received;
import dev.aloft.testkit.HostileRequest;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Sends every request of the corpus straight to an edge.
final class HostileRequestsTest {

    private static S3Fixture s3;
    private static Edge edge;
    private static HostileClient client;

    @BeforeAll
    static void start(@TempDir Path folder) throws IOException {
        s3 = new S3Fixture(folder);
        for (String name : List.of(HostileClient.VISITORS, HostileClient.SMUGGLED, HostileClient.ASKED)) {
            s3.put(name, "text/plain", "the text of " + name + "\n");
        }
        edge = Edge.start(EdgeSettings.of("127.0.0.1", 0, s3.site().withHosts(Set.of("site.test"))));
        client = new HostileClient(edge.port(), "site.test", "/uploads/", Duration.ofSeconds(20));
    }

    @AfterAll
    static void stop() throws IOException {
        edge.close();
        s3.close();
    }

    static List<HostileRequest> corpus() {
        return HostileRequest.all();
    }

    @Test
    void theCorpusIsRead() {
        assertThat(corpus())
                .hasSizeGreaterThan(110)
                .extracting(HostileRequest::name)
                .doesNotHaveDuplicates();
    }

    @ParameterizedTest
    @MethodSource("corpus")
    void theNextVisitorGetsHisOwnAnswer(HostileRequest request) throws IOException {
        Received attacked = client.attack(request);
        assertThat(attacked.ended()).isTrue();
        switch (request.outcome()) {
            case REFUSED -> {
                assertThat(attacked.statuses())
                        .singleElement()
                        .satisfies(status -> assertThat(status).isBetween(400, 599));
                assertNothingSmuggled(attacked);
            }
            case BODY -> {
                assertThat(attacked.statuses()).hasSizeBetween(1, 2);
                assertNothingSmuggled(attacked);
            }
            case SENDER -> assertThat(attacked.statuses()).isNotEmpty();
        }
        if (attacked.statuses().size() > 1 && request.outcome() == HostileRequest.Outcome.BODY) {
            assertVisitorsOwn(attacked);
        }
        Received visitor = client.visitor();
        assertThat(visitor.statuses()).containsExactly(200);
        assertVisitorsOwn(visitor);
    }

    private static void assertNothingSmuggled(Received received) {
        assertThat(received.text()).doesNotContain("the text of " + HostileClient.SMUGGLED);
    }

    private static void assertVisitorsOwn(Received received) {
        assertThat(received.text()).endsWith("\r\n\r\nthe text of " + HostileClient.VISITORS + "\n");
    }
}
