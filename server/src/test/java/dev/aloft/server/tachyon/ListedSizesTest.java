package dev.aloft.server.tachyon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.aloft.image.Parameters;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Requests without a signature: few pictures of each original.
@Tag("unit")
final class ListedSizesTest {

    private final Admission.ListedSizes sizes = new Admission.ListedSizes(List.of("300x200", "1024x", "x600"));

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "resize=300,200",
                "resize=300%2C200&gravity=northwest",
                "fit=300,200",
                "lb=300,200&webp=1",
                "w=300&h=200",
                "w=1024",
                "fit=1024,0",
                "resize=0,600",
                "h=600&crop_strategy=smart&progressive=1",
                "X-Amz-Date=1&w=1024"
            })
    void aListedSizeMayBeAskedHoweverItIsWritten(String query) {
        assertThat(sizes.allow(Parameters.of(query))).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "resize=300,201",
                "w=300",
                "w=1024&h=600",
                "w=01024",
                "fit=0300,200",
                "fit=300,200&w=1024",
                "resize=300px,200px",
                "resize=,",
                "w=1024&gravity=x",
                "w=1024&utm=1",
                "w=1024&X-Amz-Nonsense=1",
                "w=1024&quality=7",
                "w=1024&zoom=1.0001",
                "w=1024&fp-x=0.123",
                "crop=1,2,3,4&w=1024",
                "lb=300,200&background=red",
                "presign=w%3D5"
            })
    void whateverHasManyValuesMayNot(String query) {
        assertThat(sizes.allow(Parameters.of(query))).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"x", "300", "300,200", "0x5", "300x200x1", "", " 300x200"})
    void whatIsNoSizeIsRefused(String size) {
        assertThatThrownBy(() -> new Admission.ListedSizes(List.of(size))).hasMessageContaining("\"" + size + "\"");
    }
}
