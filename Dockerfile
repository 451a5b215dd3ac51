# For instructors on macOS and Windows: the grader locks students' rooms with what Linux offers.
#   docker build -t pixels-to-convnets .
#   docker run --rm -it --security-opt seccomp=unconfined --security-opt apparmor=unconfined \
#     --cap-add SYS_ADMIN --network none -v "$PWD/my-class:/class" pixels-to-convnets \
#     grade 01_knn --course /class
# The options let the grader make namespaces inside the container; the rooms are locked further.
FROM python:3.12-slim
WORKDIR /course
COPY pyproject.toml constraints.txt README.md LICENSE LICENSE-prose ./
COPY course_lib course_lib
COPY autograder autograder
RUN pip install --no-cache-dir --no-deps --index-url https://download.pytorch.org/whl/cpu \
      -c constraints.txt torch \
 && pip install --no-cache-dir -c constraints.txt -e '.[instructor]'
COPY solutions solutions
COPY notebooks notebooks
COPY data data
COPY docs docs
COPY environment.yml ./
# The shapes are rendered once, when the image is built.
RUN python -c "from course_lib import data; data.shapes('train'); data.shapes('test')"
ENTRYPOINT ["course"]
CMD ["--help"]
