"""Course: chapters of exercises, challenges, one's own progress, and what a teacher needs."""

from cnnplay.state.labs import CourseTabs
from cnnplay.ui.course.challenges import challenges
from cnnplay.ui.course.chapters import begin_or_continue, chapters
from cnnplay.ui.course.progress_files import progress_files
from cnnplay.ui.course.sitting import keep, recall
from cnnplay.ui.course.teachers import teachers
from cnnplay.ui.navigation import enter
from cnnplay.ui.widgets import head, tabs

enter()

PARTS = {
    "chapters": ("Chapters", chapters),
    "challenges": ("Challenges", challenges),
    "progress": ("Your progress", progress_files),
    "teachers": ("For teachers", teachers),
}

recall()
head(
    "Course",
    "Predict a number, build a network, write a filter: you say what will happen, and the playground calculates it and "
    "tells you why.",
)
begin_or_continue()
tabs(PARTS, CourseTabs)
keep()
