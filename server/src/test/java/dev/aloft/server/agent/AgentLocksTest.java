package dev.aloft.server.agent;

import static org.assertj.core.api.Assertions.assertThat;

import dev.aloft.server.agent.RawClient.Answer;
import java.io.IOException;
import org.junit.jupiter.api.Test;

/// `LOCK` and `UNLOCK`.
final class AgentLocksTest extends AgentProtocolSuite {

    @Test
    void lockIsHeldOffOthersUntilItIsGivenBack() throws IOException {
        RawClient owner = client;
        assertThat(lock("exclusive").status()).isEqualTo(204);
        client = connect();
        assertThat(lock("shared").status()).isEqualTo(423);
        assertThat(exchange("UNLOCK", CAT).status()).isEqualTo(409);
        client = owner;
        assertThat(exchange("UNLOCK", DOG).status()).isEqualTo(409);
        assertThat(lock("shared").status())
                .as("a second lock of one connection")
                .isEqualTo(409);
        assertThat(exchange("UNLOCK", CAT).status()).isEqualTo(204);
        assertThat(client).as("another connection, because the lock's ended").isNotSameAs(owner);
        assertThat(lock("shared").status()).isEqualTo(204);
        client = connect();
        assertThat(lock("shared").status()).isEqualTo(204);
    }

    @Test
    void lockEndsWithItsConnection() throws IOException {
        RawClient owner = client;
        assertThat(lock("exclusive").status()).isEqualTo(204);
        RawClient waiting = connect().send(request("LOCK", CAT, "Aloft-Lock: exclusive", "Prefer: wait=20"));
        waiting.close();
        client = connect().send(request("LOCK", CAT, "Aloft-Lock: exclusive", "Prefer: wait=20"));
        owner.close();

        assertThat(read("LOCK", CAT).status()).isEqualTo(204);
    }

    @Test
    void lockIsOfAPathOfTheSiteAndOfAKind() throws IOException {
        assertThat(exchange("LOCK", "/media/other", "Aloft-Lock: shared").status())
                .isEqualTo(403);
        assertThat(exchange("LOCK", CAT).status()).isEqualTo(400);
        assertThat(exchange("LOCK", CAT, "Aloft-Lock: shared", "Prefer: respond-async")
                        .status())
                .isEqualTo(400);
    }

    private Answer lock(String kind) throws IOException {
        return exchange("LOCK", CAT, "Aloft-Lock: " + kind);
    }
}
