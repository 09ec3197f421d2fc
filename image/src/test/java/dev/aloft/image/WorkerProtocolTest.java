package dev.aloft.image;

import static org.assertj.core.api.Assertions.assertThat;

import dev.aloft.image.PictureException.Kind;
import dev.aloft.image.RenderRequest.Outcome;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// Messages from a compromised worker.
@Tag("unit")
final class WorkerProtocolTest {

    @Test
    void aRefusalBringsNoControlCharactersAndNoLongText() throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        DataOutputStream out = new DataOutputStream(bytes);
        out.writeBoolean(false);
        out.writeUTF(Kind.BROKEN.name());
        out.writeUTF("broken\r\nERROR forged\u001b[2J");
        out.writeUTF("x".repeat(30_000));

        Outcome outcome =
                WorkerProtocol.readOutcome(new DataInputStream(new ByteArrayInputStream(bytes.toByteArray())), 1);

        assertThat(outcome).isInstanceOfSatisfying(Outcome.Refused.class, refused -> {
            assertThat(refused.reason()).hasMessage("broken  ERROR forged [2J");
            assertThat(refused.reason().detail()).hasSize(1001);
        });
    }
}
