package dev.aloft.server.agent;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Versions on a bucket that keeps none, and requests that no bucket answers. What Ceph keeps is read and restored by
/// `CephAgentVersionsTest`.
final class AgentVersionsTest extends AgentProtocolSuite {

    @Test
    void aBucketWithoutVersionsSaysSo() throws IOException {
        put(CAT, "meow");

        for (RawClient.Answer answer :
                List.of(get(CAT + "?versions"), get(CAT + "?version=null"), exchange("POST", CAT + "?restore=null"))) {
            assertThat(answer.status()).isEqualTo(409);
            assertThat(answer.text()).isEqualTo("s3:/" + CAT + ": the bucket keeps no versions\n");
        }
        assertThat(get(CAT).text()).isEqualTo("meow");
    }

    @Test
    void malformedRequestsReachNoStore() throws IOException {
        s3.reset();
        for (String id :
                List.of("", "a%0d%0aX: y", "%20", "a%C3%A9", "x".repeat(1025), "a&versionId=b", "a&version=b%0a")) {
            assertThat(get(CAT + "?version=" + id.replace(" ", "%20")).status())
                    .as(id)
                    .isEqualTo(400);
            assertThat(exchange("POST", CAT + "?restore=" + id.replace(" ", "%20"))
                            .status())
                    .as(id)
                    .isEqualTo(400);
        }
        for (String target :
                List.of(CAT + "?versions=", CAT + "?restore=a", FOLDER + "?versions", FOLDER + "?version=a")) {
            assertThat(get(target).status()).as(target).isEqualTo(400);
        }
        for (String target : List.of(CAT + "?versions", CAT + "?version=a", FOLDER + "?restore=a")) {
            assertThat(exchange("POST", target, "Content-Length: 0").status())
                    .as(target)
                    .isEqualTo(400);
        }
        for (String method : List.of("HEAD", "DELETE", "PUT")) {
            assertThat(exchange(method, CAT + "?version=a", "Content-Length: 0").status())
                    .as(method)
                    .isEqualTo(400);
        }
        assertThat(s3.requests()).isEmpty();
    }

    @Test
    void versionsOfOtherSitesAreOutOfReach() throws IOException {
        s3.reset();
        for (String other : List.of("/media/elsewhere/cat.jpg", "/media/uploads2/cat.jpg", "/other/uploads/cat.jpg")) {
            assertThat(get(other + "?versions").status()).as(other).isEqualTo(403);
            assertThat(get(other + "?version=a").status()).as(other).isEqualTo(403);
            assertThat(exchange("POST", other + "?restore=a").status())
                    .as(other)
                    .isEqualTo(403);
        }
        assertThat(get("/media/uploads/../elsewhere/cat.jpg?versions").status()).isEqualTo(400);
        assertThat(get("/media/uploads/a.tmp?versions").status())
                .as("kept on the host")
                .isEqualTo(307);
        assertThat(s3.requests()).isEmpty();
    }
}
