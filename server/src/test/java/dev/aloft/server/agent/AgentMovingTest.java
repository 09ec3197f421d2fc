package dev.aloft.server.agent;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

/// `COPY` and `MOVE`, and the interim responses of a long one.
final class AgentMovingTest extends AgentProtocolSuite {

    @Test
    void fileIsCopiedAndMoved() throws IOException {
        put(CAT, "meow");

        assertThat(exchange("COPY", CAT, "Destination: " + DOG).status()).isEqualTo(201);
        assertThat(get(DOG).text()).isEqualTo("meow");
        assertThat(exchange("MOVE", CAT, "Destination: /media/uploads/a%20b.jpg")
                        .status())
                .isEqualTo(201);
        assertThat(get("/media/uploads/a%20b.jpg").text()).isEqualTo("meow");
        assertThat(exchange("HEAD", CAT).status()).isEqualTo(404);
        assertThat(exchange("MOVE", DOG, "Destination: http://aloft" + CAT).status())
                .isEqualTo(201);
        assertThat(exchange("MOVE", CAT, "Destination: " + CAT).status()).isEqualTo(201);
        assertThat(get(CAT).text()).isEqualTo("meow");
    }

    @Test
    void targetThatIsThereIs412WhenItMayNotBeReplaced() throws IOException {
        put(CAT, "meow");
        put(DOG, "woof");
        exchange("MKCOL", FOLDER);

        for (String method : List.of("COPY", "MOVE")) {
            assertThat(exchange(method, CAT, "Destination: " + DOG, "Overwrite: F")
                            .status())
                    .isEqualTo(412);
            assertThat(exchange(method, CAT, "Destination: /media/uploads/11").status())
                    .isEqualTo(409);
            assertThat(exchange(method, "/media/uploads/missing", "Destination: " + DOG)
                            .status())
                    .isEqualTo(404);
            assertThat(exchange(method, CAT).status()).as("no Destination").isEqualTo(400);
            assertThat(exchange(method, CAT, "Destination: /").status()).isEqualTo(400);
            assertThat(exchange(method, CAT, "Destination: /other/cat.jpg").status())
                    .isEqualTo(403);
            assertThat(exchange(method, CAT, "Destination: /media/cat.jpg").status())
                    .isEqualTo(403);
            assertThat(exchange(method, CAT, "Destination: " + DOG + "?x").status())
                    .isEqualTo(400);
        }
        assertThat(get(DOG).text()).isEqualTo("woof");
        assertThat(exchange("MOVE", CAT, "Destination: " + DOG).status()).isEqualTo(201);
        assertThat(get(DOG).text()).isEqualTo("meow");
    }

    @Test
    void directoryIsMoved() throws IOException {
        put("/media/uploads/11/a/cat.jpg", "meow");

        assertThat(exchange("MOVE", FOLDER, "Destination: /media/uploads/12/").status())
                .isEqualTo(201);
        assertThat(get("/media/uploads/12/a/cat.jpg").text()).isEqualTo("meow");
        assertThat(exchange("MOVE", "/media/uploads/12/", "Destination: /media/uploads/12/a/b/")
                        .status())
                .isEqualTo(409);
        assertThat(exchange("COPY", "/media/uploads/12/", "Destination: /media/uploads/13/")
                        .status())
                .isEqualTo(409);
    }

    @Test
    void longExchangeGivesSignsOfLife() throws IOException {
        put(CAT, "meow");
        s3.on("CopyObject").next(1).delay(InterimResponses.PROGRESS_INTERVAL.plusSeconds(1));
        client.send(request("MOVE", CAT, "Destination: " + DOG));

        assertThat(client.read("MOVE").status()).isEqualTo(102);
        assertThat(read("MOVE", CAT).status()).isEqualTo(201);
        assertThat(get(DOG).text()).isEqualTo("meow");
    }
}
