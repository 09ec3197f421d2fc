package dev.aloft.image;

/// One step on the way from the decoded original to the answer.
sealed interface Step permits Boxing, Colouring, Cutting, Filtering, Letterboxing, Scaling, Turning {

    Image apply(Image image, Recipe recipe, Plan plan);
}
